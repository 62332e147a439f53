import { isDeepStrictEqual } from 'node:util';
import type { Announcement } from './client/announcement.ts';
import { leaveBroker } from './client/leaveBroker.ts';
import type { LinkTiming } from './client/linkTiming.ts';
import type { ReconnectingClient, Welcome } from './client/reconnectingClientOptions.ts';
import { isElsewhere } from './client/relinkError.ts';
import { parseServerAddress } from './client/serverAddress.ts';
import type { StreamSubscriptions } from './client/streamSubscriptions.ts';
import type { ConnectionChange, MqttConnectionOptions } from './connectionOptions.ts';
import { identifierBase } from './inbound/copyFilter.ts';
import type { Intake } from './inbound/inbound.ts';
import type { Listeners } from './inbound/listeners.ts';
import type { SilenceWatch } from './inbound/silenceWatch.ts';
import type { Outbound } from './outbound/outbound.ts';

export interface ArrangementParts {
  readonly options: MqttConnectionOptions;
  readonly filters: readonly string[];
  readonly intake: Intake;
  readonly listeners: Listeners;
  readonly subscriptions: StreamSubscriptions;
  readonly silence: SilenceWatch;
  readonly client: ReconnectingClient;
  readonly outbound: Outbound;
  readonly timing: LinkTiming;
}

/** The filters and the link of now, and their change while the link is there. */
export class Arrangement {
  readonly #parts: ArrangementParts;
  #options: MqttConnectionOptions;
  #filters: readonly string[];
  /** Ends when nothing is being arranged. */
  #arranging: Promise<unknown> = Promise.resolve();
  /** The connection whose subscriptions were answered. */
  welcomed: Welcome | undefined;

  constructor(parts: ArrangementParts) {
    this.#parts = parts;
    this.#options = parts.options;
    this.#filters = parts.filters;
  }

  /** Filters of streams and labels. */
  get filters(): readonly string[] {
    return this.#filters;
  }

  /** One after the other: the answers of the broker belong to the filters that were asked for. */
  inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const turn = this.#arranging.then(run);
    this.#arranging = turn.catch(() => undefined);
    return turn;
  }

  /** @returns true once the broker has answered, false where the next connection asks for it */
  change(change: ConnectionChange, farewell: Announcement | undefined): Promise<boolean> {
    return this.inTurn(() => this.#change(change, farewell));
  }

  async #change(change: ConnectionChange, farewell: Announcement | undefined): Promise<boolean> {
    const former = this.#options;
    const filters = [...new Set(change.filters)];
    const isRelinked = needsLink(former, change);
    this.#options = { ...former, ...change };
    this.#parts.silence.change(change.expectedFilters ?? []);
    const welcome = isRelinked ? undefined : this.welcomed;
    if (!isDeepStrictEqual(filters, this.#filters) || isRelinked) await this.#subscribe(filters, change, welcome);
    if (!isRelinked) return welcome?.connection.isOpen === true;
    if (isElsewhere(former.settings, change.settings)) await this.#leave(former, farewell);
    this.#parts.client.relink(change);
    return false;
  }

  async #subscribe(
    filters: readonly string[],
    { settings, takesRetained }: ConnectionChange,
    welcome: Welcome | undefined,
  ): Promise<void> {
    const { intake, listeners, subscriptions } = this.#parts;
    const base = identifierBase(filters);
    this.#filters = filters;
    intake.change({ filters, identifierBase: base, takesRetained });
    listeners.change({ filters, identifierBase: base });
    const next = { settings, filters, identifierBase: base, wantsRetained: takesRetained };
    await subscriptions.change(next, (filter) => listeners.has(filter), welcome);
  }

  /** The session is left for good. */
  async #leave({ settings, filters }: MqttConnectionOptions, farewell: Announcement | undefined): Promise<void> {
    const { outbound, client, timing, options } = this.#parts;
    const connection = this.welcomed?.connection;
    if (connection === undefined) return;
    if (farewell !== undefined) outbound.publish({ ...farewell, qos: 1, retain: true });
    const unacknowledged = await leaveBroker({
      connection,
      filters: settings.session.persistent ? filters : [],
      unacknowledged: () => (settings.session.persistent ? client.unacknowledged : 0),
      idle: () => outbound.idle(),
      within: timing.leave,
    });
    const { label: server } = parseServerAddress(settings.server);
    options.report({ type: 'SessionLeft', server, unacknowledged });
  }
}

/** True where the connection itself has to be another one. */
function needsLink(one: ConnectionChange, other: ConnectionChange): boolean {
  return (
    !isDeepStrictEqual(one.settings, other.settings) ||
    one.longestPayload !== other.longestPayload ||
    (one.takesRetained ?? false) !== (other.takesRetained ?? false)
  );
}
