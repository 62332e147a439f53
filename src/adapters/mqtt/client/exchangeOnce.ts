import { TidegateError } from '../../../domain/errors.ts';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { type DurationMs, toDurationMs } from '../../../domain/time.ts';
import { clientOptions } from './clientOptions.ts';
import { LINK_TIMING } from './linkTiming.ts';
import { type NetworkConnection, openNetworkConnection } from './networkConnection.ts';
import { subscribeAll } from './subscribeAll.ts';
import { readTlsFiles } from './tlsFiles.ts';

export interface ExchangeOptions {
  readonly settings: MqttSettings;
  readonly protocol: 4 | 5;
  /** Topic and payload of what is sent, with QoS 1. */
  readonly topic: string;
  readonly payload: string;
  /** Topics on which the answer may come. */
  readonly answerTopics: readonly string[];
  /** @returns the answer, if the payload is one to what was sent; undefined: it is to another */
  readonly read: (payload: Uint8Array) => object | undefined;
  /** Longest wait, from the attempt to connect on. */
  readonly within: DurationMs;
  /** Ends the wait. */
  readonly stop: AbortSignal;
}

/** Longest answer that is read, in bytes: `bridge/info` of a large configuration is half of it. */
const LONGEST_ANSWER = 4_194_304;
const RECEIVE_MAXIMUM = 100;
const NO_SESSION = { persistent: false, expiry: toDurationMs(0) };
const FIRST_REFUSAL = 128;

/**
 * Sends one message and waits for the answer to it, under a client id of its own, without session and will.
 * @returns undefined where none came in time, or the connection ended before
 * @throws TidegateError TG_CONFIG_UNREADABLE, TG_BROKER_REFUSED where the broker lets it not hear or not send
 */
export async function exchangeOnce(options: ExchangeOptions): Promise<object | undefined> {
  const { settings, protocol, read, within, stop } = options;
  const visitor = { ...settings, clientId: `${settings.clientId}-ask-${process.pid}`, session: NO_SESSION };
  const tls = readTlsFiles(settings);
  let answer: object | undefined;
  let refusal: TidegateError | undefined;
  await new Promise<void>((resolve) => {
    const leave = (): void => connection.close(LINK_TIMING.close);
    const timer = setTimeout(leave, within);
    stop.addEventListener('abort', leave);
    const connection = openNetworkConnection({
      client: clientOptions({ settings: visitor, protocol, tls, will: undefined, receiveMaximum: RECEIVE_MAXIMUM }),
      silentKeepalives: 0,
      longestPayload: LONGEST_ANSWER,
      onUp: (up) =>
        void send(up, options).catch((error: unknown) => {
          refusal = error instanceof TidegateError ? error : undefined;
          leave();
        }),
      onMessage: (_topic, payload, { retain }) => {
        // Answers are never retained: what is was put there by somebody else.
        if (retain || answer !== undefined) return;
        answer = read(payload.view());
        if (answer !== undefined) leave();
      },
      onEnd: () => {
        clearTimeout(timer);
        stop.removeEventListener('abort', leave);
        resolve();
      },
    });
    if (stop.aborted) leave();
  });
  if (refusal !== undefined) throw refusal;
  return answer;
}

async function send({ client }: NetworkConnection, options: ExchangeOptions): Promise<void> {
  const { protocol, answerTopics, topic, payload } = options;
  const subscription = {
    filters: answerTopics,
    qos: 1,
    protocol,
    identifierBase: undefined,
    isRenewal: false,
  } as const;
  const codes = await subscribeAll(client, subscription);
  if (codes?.some((code) => code >= FIRST_REFUSAL))
    throw new TidegateError('TG_BROKER_REFUSED', `no right to hear ${answerTopics.join(' and ')}`);
  await new Promise<void>((resolve, reject) => {
    client.publish(topic, payload, { qos: 1, retain: false }, (error) => {
      if (error) reject(new TidegateError('TG_BROKER_REFUSED', `no right to publish to ${topic}`, { cause: error }));
      else resolve();
    });
  });
}
