import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { parseServerAddress } from '../adapters/mqtt/client/serverAddress.ts';
import { readStateFile, writeStateFile } from '../adapters/store/files/stateFile.ts';
import type { MqttSettings } from '../domain/mqttSettings.ts';
import type { Log } from '../telemetry/log.ts';

/**
 * The filters of the broker's session for us, kept beside the state: MQTT has no question for them, and messages for the filters of an earlier
 * configuration would go on coming, twice where they overlap with today's.
 */
export interface Subscriptions {
  /** Filters of the session as an earlier process left it. */
  readonly former: readonly string[];
  /** Before today's are asked for: from now on the session may have both. */
  begin(): void;
  /** Today's are in force and the rest is given up. */
  settle(): void;
  /** The streams have other filters, or the link leads elsewhere: before these are asked for. */
  change(filters: readonly string[], settings: SubscriptionsOptions['settings']): void;
  /** An outlet listens to this filter too. */
  include(filter: string): void;
}

export interface SubscriptionsOptions {
  readonly folder: string;
  readonly settings: Pick<MqttSettings, 'server' | 'clientId'>;
  readonly filters: readonly string[];
  readonly log: Log;
}

interface Kept {
  readonly owner: unknown;
  readonly filters: readonly string[];
}

export function openSubscriptions({ folder, settings, filters, log }: SubscriptionsOptions): Subscriptions {
  const file = join(folder, 'subscriptions.json');
  let owner = ownerOf(settings);
  let kept = read();

  function read(): Kept {
    try {
      const found: unknown = JSON.parse(Buffer.from(readStateFile(file) ?? '{}').toString());
      const { owner: of, filters: list } = found as { readonly owner?: unknown; readonly filters?: unknown };
      const isOurs = of === owner || isFormerOwner(of, settings);
      const strings = isOurs && Array.isArray(list) ? list.filter((it) => typeof it === 'string') : [];
      return { owner: of, filters: strings };
    } catch (error) {
      log.warning('former subscriptions unreadable: they go on', { error: String(error) });
      return { owner: undefined, filters: [] };
    }
  }

  function keep(filters: readonly string[]): void {
    const now: Kept = { owner, filters };
    if (JSON.stringify(now) === JSON.stringify(kept)) return;
    try {
      writeStateFile(file, Buffer.from(`${JSON.stringify(now)}\n`), { isOfFolder: true });
      kept = now;
    } catch (error) {
      log.warning('subscriptions not saved: should they change, the old ones go on', { error: String(error) });
    }
  }

  const former = kept.filters;
  const listened = new Set<string>();
  let wanted = new Set(filters);
  let hasBegun = false;
  return {
    former,
    begin() {
      hasBegun = true;
      keep([...new Set([...former, ...wanted])]);
    },
    settle: () => keep([...wanted]),
    change(next, { server, clientId }) {
      const before = owner;
      owner = ownerOf({ server, clientId });
      wanted = new Set([...next, ...listened]);
      // Of a session elsewhere nothing is known.
      if (hasBegun) keep([...new Set([...(owner === before ? kept.filters : []), ...wanted])]);
    },
    include(filter) {
      listened.add(filter);
      if (wanted.has(filter)) return;
      wanted.add(filter);
      if (hasBegun) keep([...kept.filters, filter]);
    },
  };
}

/**
 * A session belongs to a client id at a broker. The address may hold a token, in its path or its query, which is not to be written down; on the
 * query the session does not depend.
 */
function ownerOf({ clientId, server }: SubscriptionsOptions['settings']): string {
  const { label, path } = parseServerAddress(withoutQuery(server));
  return `${clientId} ${label} ${crc32(path).toString(16)}`;
}

function withoutQuery(server: string): string {
  return server.replace(/[?#].*$/s, '');
}

const SHA256 = /^[\da-f]{64}$/;

/** The owner as earlier versions wrote it, as a hash or with the whole address; the next start writes over it. */
function isFormerOwner(owner: unknown, { clientId, server }: SubscriptionsOptions['settings']): boolean {
  if (typeof owner !== 'string') return false;
  if (!SHA256.test(owner)) return owner === `${clientId} ${server}`;
  // Only for such a file: the module takes 2 to 4 MB of memory.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const text = JSON.stringify([clientId, withoutQuery(server)]);
  return owner === createHash('sha256').update(text).digest('hex');
}
