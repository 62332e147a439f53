import type { Report } from '../../../domain/events.ts';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import type { NetworkConnection } from './networkConnection.ts';
import type { Welcome } from './reconnectingClientOptions.ts';
import { subscribeAll } from './subscribeAll.ts';
import { unsubscribeAll } from './unsubscribeAll.ts';

export interface StreamSubscriptionsOptions {
  readonly settings: MqttSettings;
  readonly filters: readonly string[];
  /** Filters of an earlier process that are not wanted any more. */
  readonly unwanted: readonly string[];
  readonly identifierBase: number;
  readonly report: Report;
  /** Asks on each connection for what the broker retains. Default: not in a session that goes on. */
  readonly wantsRetained?: boolean | undefined;
  /** True where copies for streams and copies for listeners have to be told apart. */
  readonly hasListeners: () => boolean;
  /** Takes the broker's code for each filter. */
  readonly onGranted: (codes: readonly number[]) => void;
}

/** The subscriptions of the streams' filters, asked for anew on each connection. */
export class StreamSubscriptions {
  #options: StreamSubscriptionsOptions;
  #unwanted: readonly string[];
  #isIdentified = false;

  constructor(options: StreamSubscriptionsOptions) {
    this.#options = options;
    this.#unwanted = options.unwanted;
  }

  /**
   * The streams have other filters from now on. All of them are asked for anew, with identifiers of their own: by these each copy is known
   * as one of before or of now. A broker without identifiers is asked for those alone that it has not.
   * @param kept filters that stay, though no stream has them: they are listened to
   * @param welcome undefined: there is no connection, and the next one asks for them
   */
  async change(
    next: Pick<StreamSubscriptionsOptions, 'settings' | 'filters' | 'identifierBase' | 'wantsRetained'>,
    kept: (filter: string) => boolean,
    welcome: Welcome | undefined,
  ): Promise<void> {
    const former = this.#options.filters;
    const gone = [...former, ...this.#unwanted].filter((filter) => !next.filters.includes(filter) && !kept(filter));
    this.#unwanted = [...new Set(gone)];
    this.#options = { ...this.#options, ...next };
    if (welcome?.connection.isOpen !== true) return;
    const wasIdentified = this.#isIdentified;
    const isIdentified = this.#wantsIdentifiers(welcome);
    const added = next.filters.filter((filter) => !former.includes(filter));
    const wanted = wasIdentified || isIdentified ? next.filters : added;
    await this.#inTime(welcome, async () => {
      await this.#subscribe(welcome, wanted, true);
      if (welcome.connection.isOpen) await this.#giveUpUnwanted(welcome.connection);
      return true;
    });
  }

  /**
   * @param beside what is asked for after it, within the same time
   * @returns whether the broker has answered for every filter in time
   */
  async arrange(welcome: Welcome, beside: () => Promise<void> = nothingBeside): Promise<boolean> {
    const { connection, connack } = welcome;
    const { filters, settings, wantsRetained = false } = this.#options;
    const isRenewal = settings.session.persistent && !wantsRetained;
    return this.#inTime(welcome, async () => {
      const isAnswered = await this.#subscribe(welcome, filters, isRenewal);
      if (!isAnswered || (connack.sessionPresent && !(await this.#giveUpUnwanted(connection)))) return false;
      await beside();
      return connection.isOpen;
    });
  }

  /** Before the first listener: copies for streams get their identifiers, which a single filter has no need of otherwise. */
  identify(welcome: Welcome): void {
    if (!this.#isIdentified && canIdentify(welcome)) void this.#ask(welcome, this.#options.filters, true);
  }

  /** Cuts the connection where the broker takes too long to answer. */
  async #inTime({ connection }: Welcome, run: () => Promise<boolean>): Promise<boolean> {
    const { connectTimeout } = this.#options.settings;
    const timer = setTimeout(() => connection.cut(new Error('no answer to our subscriptions')), connectTimeout);
    connection.isArranging = true;
    const isDone = await run();
    clearTimeout(timer);
    connection.isArranging = false;
    return isDone;
  }

  async #subscribe(welcome: Welcome, filters: readonly string[], isRenewal: boolean): Promise<boolean> {
    const { report } = this.#options;
    const codes = await this.#ask(welcome, filters, isRenewal);
    if (codes === undefined) return false;
    for (const [i, code] of codes.entries()) {
      if (code >= 128) report({ type: 'FilterRefused', filter: filters[i] as string, code });
    }
    report({ type: 'FiltersGranted', count: codes.filter((code) => code < 128).length });
    return true;
  }

  /** @returns the broker's code for each filter; undefined where the connection has ended before the answer */
  async #ask(welcome: Welcome, filters: readonly string[], isRenewal: boolean): Promise<readonly number[] | undefined> {
    const { connection, protocol } = welcome;
    const { settings, onGranted } = this.#options;
    this.#isIdentified = this.#wantsIdentifiers(welcome);
    const identifierBase = this.#isIdentified ? this.#options.identifierBase : undefined;
    const options = { filters, qos: settings.qos, protocol, identifierBase, isRenewal };
    const codes = await subscribeAll(connection.client, options).catch((error: unknown) => connection.cut(error));
    if (codes === undefined || !connection.isOpen) return undefined;
    if (filters === this.#options.filters) onGranted(codes);
    return codes;
  }

  #wantsIdentifiers(welcome: Welcome): boolean {
    const { settings, filters, hasListeners } = this.#options;
    return canIdentify(welcome) && (filters.length > 1 || settings.session.persistent || hasListeners());
  }

  /** Not before today's are in force: what both match is never without a subscription. @returns whether it was answered */
  async #giveUpUnwanted(connection: NetworkConnection): Promise<boolean> {
    if (!(await unsubscribeAll(connection.client, this.#unwanted))) return false;
    this.#unwanted = [];
    return connection.isOpen;
  }
}

function nothingBeside(): Promise<void> {
  return Promise.resolve();
}

export function canIdentify({ protocol, connack }: Pick<Welcome, 'protocol' | 'connack'>): boolean {
  return protocol === 5 && connack.properties?.subscriptionIdentifiersAvailable !== false;
}
