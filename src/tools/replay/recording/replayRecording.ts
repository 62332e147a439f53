import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Subject } from 'rxjs';
import { timerDelayUntilEnd } from '../../../adapters/clock/timerDelay.ts';
import { createIntake } from '../../../adapters/mqtt/inbound/inbound.ts';
import { matchesFilter } from '../../../adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder } from '../../../adapters/payload/decoder.ts';
import { createMachines, forecasting } from '../../../app/forecasting.ts';
import { rememberZones } from '../../../app/zones.ts';
import type { Config } from '../../../config/config.ts';
import { createSettings } from '../../../config/settings.ts';
import { ByteRange } from '../../../domain/byteRange.ts';
import { TidegateError } from '../../../domain/errors.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import type { Inbound } from '../../../domain/sample.ts';
import { type Delay, toEpochMs } from '../../../domain/time.ts';
import { createHost } from '../../../hosts/createHost.ts';
import { QueueMemory } from '../../../pipeline/queueMemory.ts';
import type { Log } from '../../../telemetry/log.ts';
import { createTelemetry } from '../../../telemetry/telemetry.ts';
import { readMessageLine } from '../../decode/messageLine.ts';
import { RecordingReport, type RecordingResult } from './recordingReport.ts';

export interface ReplayRecordingOptions {
  readonly file: string;
  readonly config: Config;
  readonly log: Log;
  readonly stop: AbortSignal;
  readonly onProgress?: (messages: number) => void;
}

/**
 * Runs a recording through intake, decoder, pipeline and learners of the daemon, as fast as it goes, in the time of the recording. All learning
 * runs on this thread and none is left out, so the same file and settings give the same numbers. Nothing is kept and nothing published.
 * @throws TidegateError TG_INPUT_NOT_FOUND, TG_INPUT_INVALID
 */
export function replayRecording(options: ReplayRecordingOptions): Promise<RecordingResult> {
  return timerDelayUntilEnd((delay) => replayLines(options, new RecordedPath(options, delay)));
}

async function replayLines(options: ReplayRecordingOptions, path: RecordedPath): Promise<RecordingResult> {
  const { file, stop, onProgress } = options;
  let number = 0;
  let wrong = 0;
  try {
    const input = createReadStream(file);
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY, signal: stop })) {
      number++;
      if (line.trim() === '') continue;
      const message = readMessageLine(line, path.now);
      if (typeof message === 'string') wrong++;
      else await path.take(message.message);
      if (number % 1000 === 0) onProgress?.(number);
    }
  } catch (cause) {
    if (!stop.aborted) throw unreadable(file, cause);
  } finally {
    await path.end();
  }
  if (number === wrong)
    throw new TidegateError('TG_INPUT_INVALID', `${file}: none of its ${number} lines is a message`);
  return path.report.result({ wrongLines: wrong, isComplete: !stop.aborted });
}

function unreadable(file: string, cause: unknown): TidegateError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const name = code === 'ENOENT' ? 'TG_INPUT_NOT_FOUND' : 'TG_INPUT_INVALID';
  return new TidegateError(name, `${file}: cannot be read (${code})`, { cause });
}

/** The way of the daemon from a message to forecasts, by the clock of the recording. */
class RecordedPath {
  now = toEpochMs(0);
  readonly report: RecordingReport;
  readonly #intake;
  readonly #host;
  readonly #done: Promise<void>;
  readonly #inbound$ = new Subject<Inbound>();

  constructor({ config: written, log }: ReplayRecordingOptions, delay: Delay) {
    // All of it is learned, and in its order.
    const config: Config = { ...written, threads: 0, limits: { ...written.limits, overflow: 'block' } };
    const clock = { now: () => this.now };
    const { counters, report: count } = createTelemetry({ log, clock });
    const report = (event: DomainEvent): void => count(event);
    const zoneOffsetOf = rememberZones();
    const { limits, streams, mqtt } = config;
    const { entries: specs } = createSettings(config);
    const decoder = createDecoder({ specs, limits, zoneOffsetOf, report, matchesFilter, maxTopics: limits.streams });
    const { settingsOf } = decoder;
    const learners = createHost({ config, settingsOf, report });
    this.#host = learners.host;
    this.report = new RecordingReport(counters, decoder.sensorOf);
    const filters = [...new Set(streams.map(({ topic }) => topic))];
    this.#intake = createIntake({
      filters,
      formerFilters: [],
      identifierBase: 0,
      baseTopic: mqtt.baseTopic,
      clock,
      report,
      acks: 'at-once',
      takesRetained: streams.some(({ source }) => source !== undefined),
    });
    this.#intake.inbound$.subscribe(this.#inbound$);
    const machines = createMachines(config, { settingsOf, zoneOffsetOf, learners: this.#host, report });
    const queues = new QueueMemory(limits.queueMemory);
    const parts = { config, clock, delay, decoder, machines, learners, report, durable: undefined, queues };
    this.#done = new Promise((resolve, reject) => {
      this.#inbound$.pipe(forecasting(parts)).subscribe({
        next: (forecast) => this.report.add(forecast.toForecast()),
        error: reject,
        complete: resolve,
      });
    });
  }

  /** Resolves when the message has been learned from: the clock of the recording stands still until then. */
  async take({ topic, payload, receivedAt, retained }: Inbound): Promise<void> {
    this.now = toEpochMs(Math.max(this.now, receivedAt));
    this.report.messages++;
    this.#intake.take(topic, ByteRange.of(payload), { retain: retained }, undefined);
    await turn();
  }

  async end(): Promise<void> {
    this.#intake.close();
    await this.#done;
    await this.#host.stop();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
