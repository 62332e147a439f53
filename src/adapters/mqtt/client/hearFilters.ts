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

/** Result of listening to several. */
export interface Heard {
  readonly filters: readonly HeardFilter[];
  /** Topics that were heard. Those that no filter matches are listened to only where a filter is silent. */
  readonly topics: ReadonlySet<string>;
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
/** Topics that are kept. */
const MOST_TOPICS = 5000;
/** Longest time of listening to all topics, where a filter is silent: retained messages come at once. */
const NEAR = toDurationMs(3000);
const ALL = '#';
const NO_SESSION = { persistent: false, expiry: toDurationMs(0) };

/**
 * Subscribes to the filters under a client id of its own, without session and will, and waits for one message of each. Where none comes for
 * one of them, it listens to all topics for a moment, for its like. Nothing is published. Where the connection ends early, what has come by
 * then is the result.
 * @throws TidegateError TG_CONFIG_UNREADABLE
 */
export async function hearFilters(options: HearOptions): Promise<Heard> {
  const { settings, protocol, filters, within } = options;
  const heard = filters.map((filter) => new Hearing(filter));
  const topics = new Set<string>();
  const visitor = { ...settings, clientId: `${settings.clientId}-check`, session: NO_SESSION };
  const tls = readTlsFiles(settings);
  await new Promise<void>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    let isNear = false;
    const finish = (connection: NetworkConnection): void => {
      isOver = true;
      connection.close(LINK_TIMING.close);
    };
    const finishIfDone = (connection: NetworkConnection): void => {
      if (!isOver && heard.every(({ isDone }) => isDone)) finish(connection);
    };
    const hearOthers = (connection: NetworkConnection): void => {
      isNear = true;
      timer = setTimeout(() => finish(connection), Math.min(within, NEAR));
      void subscribe(connection, protocol, [ALL]);
    };
    const connection = openNetworkConnection({
      client: clientOptions({ settings: visitor, protocol, tls, will: undefined, receiveMaximum: 100 }),
      silentKeepalives: 0,
      onUp: (up) => {
        timer = setTimeout(() => hearOthers(up), within);
        void ask(up, protocol, heard).then(() => finishIfDone(up));
      },
      onMessage: (topic, payload, { retain }) => {
        if (topics.size < MOST_TOPICS) topics.add(topic);
        // What is retained comes again with the subscription to all.
        for (const each of heard) if (!(isNear && each.isDone)) each.take(topic, payload.view(), retain);
        finishIfDone(connection);
      },
      onEnd: () => {
        clearTimeout(timer);
        resolve();
      },
    });
  });
  return { filters: heard.map((each) => each.result()), topics };
}

async function ask(connection: NetworkConnection, protocol: 4 | 5, heard: readonly Hearing[]): Promise<void> {
  const codes = await subscribe(
    connection,
    protocol,
    heard.map(({ filter }) => filter),
  );
  for (const [i, each] of heard.entries()) each.answer(codes?.[i]);
}

/** Where no answer comes, the time that is waited for messages ends it. */
function subscribe(
  { client }: NetworkConnection,
  protocol: 4 | 5,
  filters: readonly string[],
): Promise<number[] | undefined> {
  const options = { filters, qos: 0, protocol, identifierBase: undefined, isRenewal: false } as const;
  return subscribeAll(client, options).catch(() => undefined);
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
