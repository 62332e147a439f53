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
  readonly #options: StreamSubscriptionsOptions;
  #unwanted: readonly string[];
  #isIdentified = false;

  constructor(options: StreamSubscriptionsOptions) {
    this.#options = options;
    this.#unwanted = options.unwanted;
  }

  /** @returns whether the broker has answered for every filter in time */
  async arrange(welcome: Welcome): Promise<boolean> {
    const { connection, connack } = welcome;
    const { connectTimeout } = this.#options.settings;
    const timer = setTimeout(() => connection.cut(new Error('no answer to our subscriptions')), connectTimeout);
    connection.isArranging = true;
    const isAnswered = await this.#subscribe(welcome);
    const isDone = isAnswered && (!connack.sessionPresent || (await this.#giveUpUnwanted(connection)));
    clearTimeout(timer);
    connection.isArranging = false;
    return isDone;
  }

  /** Before the first listener: copies for streams get their identifiers, which a single filter has no need of otherwise. */
  identify(welcome: Welcome): void {
    if (!this.#isIdentified && canIdentify(welcome)) void this.#ask(welcome, { isRenewal: true });
  }

  async #subscribe(welcome: Welcome): Promise<boolean> {
    const { report, filters, settings, wantsRetained = false } = this.#options;
    const codes = await this.#ask(welcome, { isRenewal: settings.session.persistent && !wantsRetained });
    if (codes === undefined) return false;
    for (const [i, code] of codes.entries()) {
      if (code >= 128) report({ type: 'FilterRefused', filter: filters[i] as string, code });
    }
    report({ type: 'FiltersGranted', count: codes.filter((code) => code < 128).length });
    return true;
  }

  /** @returns the broker's code for each filter; undefined where the connection has ended before the answer */
  async #ask(welcome: Welcome, how: { readonly isRenewal: boolean }): Promise<readonly number[] | undefined> {
    const { connection, protocol } = welcome;
    const { settings, filters, hasListeners, onGranted } = this.#options;
    this.#isIdentified = canIdentify(welcome) && (filters.length > 1 || settings.session.persistent || hasListeners());
    const identifierBase = this.#isIdentified ? this.#options.identifierBase : undefined;
    const options = { filters, qos: settings.qos, protocol, identifierBase, ...how };
    const codes = await subscribeAll(connection.client, options).catch((error: unknown) => connection.cut(error));
    if (codes === undefined || !connection.isOpen) return undefined;
    onGranted(codes);
    return codes;
  }

  /** Not before today's are in force: what both match is never without a subscription. @returns whether it was answered */
  async #giveUpUnwanted(connection: NetworkConnection): Promise<boolean> {
    if (!(await unsubscribeAll(connection.client, this.#unwanted))) return false;
    this.#unwanted = [];
    return connection.isOpen;
  }
}

export function canIdentify({ protocol, connack }: Pick<Welcome, 'protocol' | 'connack'>): boolean {
  return protocol === 5 && connack.properties?.subscriptionIdentifiersAvailable !== false;
}
