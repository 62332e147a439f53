import { timerDelayUntilEnd } from '../../adapters/clock/timerDelay.ts';
import { DROP_REASONS, type DropReason } from '../../domain/dropReason.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';
import { pause } from '../../domain/pause.ts';
import type { Sample } from '../../domain/sample.ts';
import { toDurationMs } from '../../domain/time.ts';
import { type Answer, askDaemon } from '../ask/askDaemon.ts';
import type { HistorySink, StreamHistory } from './historySink.ts';

export interface DaemonOptions {
  readonly settings: MqttSettings;
  readonly stop: AbortSignal;
  /** Default: asks it over its broker. */
  readonly ask?: (command: string, request: Readonly<Record<string, unknown>>) => Promise<Answer>;
  /** Default: the computer's own timers. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** Bytes of the readings of one request, of 16,384 that one may have. */
const MOST_BYTES = 15_000;
/** A batch occupies a learner thread for a tenth of a second, in which no other stream of it is answered. */
const MOST_READINGS = 400;
const WITHIN = toDurationMs(35_000);
const BUSY_MS = 1000;
const MOST_TRIES = 30;

/** Gives history to a daemon that runs, in requests: it learns them in their place among the readings, and journals them. */
export class DaemonSink implements HistorySink {
  readonly name: string;
  readonly #ask: (command: string, request: Readonly<Record<string, unknown>>) => Promise<Answer>;
  readonly #wait: (ms: number) => Promise<void>;
  readonly #stop: AbortSignal;

  constructor({ settings, stop, ask, wait }: DaemonOptions) {
    this.name = `the daemon of ${settings.baseTopic}`;
    this.#stop = stop;
    this.#ask = ask ?? ((command, request) => askDaemon({ settings, command, request, within: WITHIN, stop }));
    this.#wait = wait ?? ((ms) => timerDelayUntilEnd((delay) => pause(delay, toDurationMs(ms))));
  }

  async learn(
    { stream, samples, unit, anew }: StreamHistory,
    onProgress: (readings: number) => void,
  ): Promise<ReadonlyMap<DropReason, number>> {
    if (anew) await this.#request('forget', { stream }, 'TG_REQUEST_NO_STREAM');
    const dropped = new Map<DropReason, number>();
    const inputs = samples.find(({ inputNames }) => inputNames !== undefined)?.inputNames;
    for (let first = 0; first < samples.length && !this.#stop.aborted; ) {
      const readings = batchFrom(samples, first);
      const data = await this.#request('history', { stream, readings, inputs, unit });
      for (const [reason, count] of Object.entries(droppedOf(data)))
        dropped.set(reason as DropReason, (dropped.get(reason as DropReason) ?? 0) + count);
      first += readings.length;
      onProgress(first);
    }
    return dropped;
  }

  /** @param fine code of a refusal that does not matter. @throws TidegateError TG_REQUEST_REFUSED, TG_REQUEST_UNANSWERED */
  async #request(command: string, request: Readonly<Record<string, unknown>>, fine?: string): Promise<unknown> {
    for (let tries = 1; ; tries++) {
      const { status, data, error } = await this.#ask(command, request);
      if (status === 'ok' || (error !== undefined && error.code === fine)) return data;
      if (error?.code !== 'TG_REQUEST_TOO_MANY' || tries >= MOST_TRIES)
        throw new TidegateError(
          'TG_REQUEST_REFUSED',
          `the daemon refuses ${command}: ${error?.message ?? 'it gave no reason'} [${error?.code ?? status}]\n${error?.remedy ?? ''}`.trimEnd(),
        );
      await this.#wait(BUSY_MS);
    }
  }
}

/** `[time in ms, value, …inputs]`, an input that is missing as null. */
function batchFrom(samples: readonly Sample[], first: number): readonly (readonly (number | null)[])[] {
  const readings: (number | null)[][] = [];
  let bytes = 0;
  for (let i = first; i < samples.length && readings.length < MOST_READINGS; i++) {
    const { at, value, inputs = [] } = samples[i] as Sample;
    const reading = [at, value, ...inputs.map((input) => (Number.isNaN(input) ? null : input))];
    bytes += JSON.stringify(reading).length + 1;
    if (bytes > MOST_BYTES && readings.length > 0) break;
    readings.push(reading);
  }
  return readings;
}

function droppedOf(data: unknown): Readonly<Record<string, number>> {
  const { dropped } = (data ?? {}) as { readonly dropped?: unknown };
  if (typeof dropped !== 'object' || dropped === null) return {};
  return Object.fromEntries(
    Object.entries(dropped).filter(
      ([reason, count]) => Object.hasOwn(DROP_REASONS, reason) && typeof count === 'number',
    ),
  ) as Record<string, number>;
}
