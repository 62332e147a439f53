import { join } from 'node:path';
import type { MqttSettings } from '../domain/mqttSettings.ts';
import type { Log } from './log.ts';
import { readStateFile, writeStateFile } from './stateFile.ts';

/**
 * What the broker's session for us is subscribed to, kept beside the state: MQTT cannot be asked for it, and what an earlier
 * configuration wanted would go on coming, twice where it overlaps with today's.
 */
export interface Subscriptions {
  /** Of the session as an earlier process left it. */
  readonly former: readonly string[];
  /** Before today's are asked for: from now on the session may have both. */
  begin(): void;
  /** Today's are in force and the rest is given up. */
  settle(): void;
}

export interface SubscriptionsOptions {
  readonly folder: string;
  readonly settings: Pick<MqttSettings, 'server' | 'clientId'>;
  readonly filters: readonly string[];
  readonly log: Log;
}

export function openSubscriptions({ folder, settings, filters, log }: SubscriptionsOptions): Subscriptions {
  const file = join(folder, 'subscriptions.json');
  // A session belongs to a client id at a broker.
  const owner = `${settings.clientId} ${settings.server}`;
  let kept = read();

  function read(): readonly string[] {
    try {
      const found: unknown = JSON.parse(Buffer.from(readStateFile(file) ?? '{}').toString());
      const { owner: of, filters: list } = found as { readonly owner?: unknown; readonly filters?: unknown };
      return of === owner && Array.isArray(list) ? list.filter((it) => typeof it === 'string') : [];
    } catch (error) {
      log.warning('the subscriptions of before cannot be read: they go on', { error: String(error) });
      return [];
    }
  }

  function keep(now: readonly string[]): void {
    if (JSON.stringify(now) === JSON.stringify(kept)) return;
    try {
      writeStateFile(file, Buffer.from(`${JSON.stringify({ owner, filters: now })}\n`));
      kept = now;
    } catch (error) {
      log.warning('the subscriptions cannot be kept: should they change, the old ones go on', { error: String(error) });
    }
  }

  const former = kept;
  return {
    former,
    begin: () => keep([...new Set([...former, ...filters])]),
    settle: () => keep([...new Set(filters)]),
  };
}
