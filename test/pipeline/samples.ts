import { asyncScheduler, mergeMap, type Observable, type OperatorFunction, Subject } from 'rxjs';
import type { DomainEvent, Report } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { Delivery, Inbound, Sample, Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { StepSettings, StreamSettings } from '../../src/domain/streamSettings.ts';
import {
  type Clock,
  type Delay,
  type DurationMs,
  type EpochMs,
  toDurationMs,
  toEpochMs,
} from '../../src/domain/time.ts';
import type { Arrival, MessageHead } from '../../src/pipeline/arrival.ts';
import type { OnNextTurn } from '../../src/pipeline/batchPerTurn.ts';
import { StepRun } from '../../src/pipeline/stepRun.ts';
import type { Eviction } from '../../src/pipeline/work.ts';
import { checksumOf } from '../../src/state/log/redeliveries.ts';
import { smallSettings } from '../support/settings.ts';

export const idOf = (name: string): StreamId => name as StreamId;

export const sampleOf = (stream: string, at: number, value = 1): Sample => ({
  stream: idOf(stream),
  at: toEpochMs(at),
  value,
});

export const stepOf = (stream: string, at: number, value = 1): Step => ({
  ...sampleOf(stream, at, value),
  zoneOffset: toDurationMs(0),
});

/** A sample or step with further inputs. */
export const among = <Reading extends Sample>(reading: Reading, ...inputs: number[]): Reading => ({
  ...reading,
  inputs,
});

export const evictionOf = (stream: string): Eviction => ({ evicted: idOf(stream) });

export const utc = (_at: EpochMs): DurationMs => toDurationMs(0);

export const messageOf = (topic: string, text: string, receivedAt = 0): Inbound => ({
  topic,
  payload: new TextEncoder().encode(text),
  receivedAt: toEpochMs(receivedAt),
  retained: false,
});

/** An acknowledgement that is owed. */
export const deliveryOf = (packetId: number, more: Partial<Delivery> = {}): Delivery => ({
  packetId,
  isRedelivery: false,
  session: 0,
  window: 100,
  connection: 1,
  firstPacketId: packetId,
  age: toDurationMs(0),
  acknowledge: () => undefined,
  ...more,
});

/** A message that was decoded to one sample. */
export const arrivalOf = (topic: string, at: number, delivery?: Delivery): Arrival => ({
  message: headOf(delivery === undefined ? messageOf(topic, 'x', at) : { ...messageOf(topic, 'x', at), delivery }),
  samples: [sampleOf(topic, at)],
});

/** What is kept of a message once it is decoded. */
export const headOf = (message: Inbound): MessageHead => {
  const { topic, receivedAt, delivery } = message;
  return { topic, receivedAt, delivery, checksum: delivery === undefined ? 0 : checksumOf(message) };
};

/** Virtual time of marbles as clock, and its delays. */
export const virtualClock: Clock = { now: () => toEpochMs(asyncScheduler.now()) };
export const virtualDelay: Delay = (run, after) => {
  const timer = asyncScheduler.schedule(run, after);
  return () => timer.unsubscribe();
};

export const forecastOf = (stream: string, at: number, more: Partial<Forecast> = {}): Forecast => ({
  stream: idOf(stream),
  at: toEpochMs(at),
  value: 1,
  expected: null,
  horizons: [],
  anomalyScore: null,
  anomaly: false,
  state: 'active',
  source: 'last_value',
  skill: null,
  coverage: null,
  samples: 1,
  resolution: 0,
  cadence: null,
  ...more,
});

export const everyMessage: StepSettings = { every: 'message', gapAfter: toDurationMs(0) };

export const settingsWith = (step: StepSettings, minInterval = 0): StreamSettings => {
  const { time, publish } = smallSettings();
  return smallSettings({
    step,
    time: { ...time, zone: 'UTC' },
    publish: { ...publish, minInterval: toDurationMs(minInterval) },
  });
};

/** Runs taken apart, as if there were always room. */
export const oneByOne: OperatorFunction<Step | StepRun, Step> = mergeMap((step) => {
  if (!(step instanceof StepRun)) return [step];
  return Array.from({ length: step.length }, () => step.take());
});

export const ignore: Report = () => undefined;

/** A report whose events can be put on a marble line. */
export function reportLine(): { readonly report: Report; readonly events$: Observable<DomainEvent> } {
  const events$ = new Subject<DomainEvent>();
  return { report: (event) => events$.next(event), events$ };
}

/** The next turn of virtual time is the next frame. */
export const onNextFrame: OnNextTurn = (run) => {
  const turn = asyncScheduler.schedule(run, 1);
  return () => turn.unsubscribe();
};
