import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { type DurationMs, toDurationMs } from '../../../domain/time.ts';
import { compileFilter, withoutShare } from '../inbound/topicFilter.ts';
import { clientOptions } from './clientOptions.ts';
import { LINK_TIMING } from './linkTiming.ts';
import { type NetworkConnection, openNetworkConnection } from './networkConnection.ts';
import { subscribeAll } from './subscribeAll.ts';
import { readTlsFiles } from './tlsFiles.ts';

/** Result of listening to one filter. */
export interface HeardFilter {
  readonly filter: string;
  /** The broker's code where it refuses the filter (128 or more); undefined: it grants it, or has ended the connection. */
  readonly refusal: number | undefined;
  /** Messages until the end, retained ones included. */
  readonly messages: number;
  /** The first of them. */
  readonly first: { readonly topic: string; readonly payload: Uint8Array; readonly isRetained: boolean } | undefined;
}

export interface HearOptions {
  readonly settings: MqttSettings;
  readonly protocol: 4 | 5;
  readonly filters: readonly string[];
  /** Longest wait for the messages. */
  readonly within: DurationMs;
}

/** The beginning of a payload that is kept. */
const MOST_BYTES = 256;
const NO_SESSION = { persistent: false, expiry: toDurationMs(0) };

/**
 * Subscribes to the filters under a client id of its own, without session and will, and waits for one message of each. Nothing is
 * published. Where the connection ends early, what has come by then is the result.
 * @throws TidegateError TG_CONFIG_UNREADABLE
 */
export async function hearFilters(options: HearOptions): Promise<readonly HeardFilter[]> {
  const { settings, protocol, filters, within } = options;
  const heard = filters.map((filter) => new Hearing(filter));
  const visitor = { ...settings, clientId: `${settings.clientId}-check`, session: NO_SESSION };
  const tls = readTlsFiles(settings);
  await new Promise<void>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (connection: NetworkConnection): void => connection.close(LINK_TIMING.close);
    const connection = openNetworkConnection({
      client: clientOptions({ settings: visitor, protocol, tls, will: undefined, receiveMaximum: 100 }),
      silentKeepalives: 0,
      onUp: (up) => {
        timer = setTimeout(() => finish(up), within);
        void ask(up, protocol, heard).then(() => heard.every(({ isDone }) => isDone) && finish(up));
      },
      onMessage: (topic, payload, { retain }) => {
        for (const each of heard) each.take(topic, payload.view(), retain);
        if (heard.every(({ isDone }) => isDone)) finish(connection);
      },
      onEnd: () => {
        clearTimeout(timer);
        resolve();
      },
    });
  });
  return heard.map((each) => each.result());
}

async function ask({ client }: NetworkConnection, protocol: 4 | 5, heard: readonly Hearing[]): Promise<void> {
  const filters = heard.map(({ filter }) => filter);
  const options = { filters, qos: 0, protocol, identifierBase: undefined, isRenewal: false } as const;
  // Where no answer comes, the time that is waited for messages ends it.
  const codes = await subscribeAll(client, options).catch(() => undefined);
  for (const [i, each] of heard.entries()) each.answer(codes?.[i]);
}

class Hearing {
  readonly filter: string;
  readonly #matches: (topic: string) => boolean;
  #refusal: number | undefined;
  #messages = 0;
  #first: HeardFilter['first'];

  constructor(filter: string) {
    this.filter = filter;
    this.#matches = compileFilter(withoutShare(filter));
  }

  /** There is nothing to wait for. */
  get isDone(): boolean {
    return this.#messages > 0 || this.#refusal !== undefined;
  }

  answer(code: number | undefined): void {
    if (code !== undefined && code >= 128) this.#refusal = code;
  }

  take(topic: string, payload: Uint8Array, isRetained: boolean): void {
    if (!this.#matches(topic)) return;
    this.#messages += 1;
    this.#first ??= { topic, payload: payload.slice(0, MOST_BYTES), isRetained };
  }

  result(): HeardFilter {
    return { filter: this.filter, refusal: this.#refusal, messages: this.#messages, first: this.#first };
  }
}
