import { asyncScheduler, map, mergeMap, type Observable, type OperatorFunction, Subject } from 'rxjs';
import { type Delivery, toKey } from '../../src/adapters/mqtt/inbound/delivery.ts';
import { MqttRepeats } from '../../src/adapters/mqtt/inbound/mqttRepeats.ts';
import type { DomainEvent, Report } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { Inbound, Sample, Step } from '../../src/domain/sample.ts';
import { SampleRow } from '../../src/domain/sampleRow.ts';
import { StepRow } from '../../src/domain/stepRow.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import {
  type Command,
  isReading,
  type Label,
  type SettingsChange,
  type StreamInput,
} from '../../src/domain/streamInput.ts';
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
import { createOperator } from '../../src/pipeline/createOperator.ts';
import { StepRun } from '../../src/pipeline/stepRun.ts';
import type { Eviction, HandedWork, Work } from '../../src/pipeline/work.ts';
import { checksumOf } from '../../src/state/log/checksum.ts';
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

export const labelOf = (stream: string, at: number): Label => ({
  kind: 'label',
  ...{ stream: idOf(stream), at: toEpochMs(at), from: toEpochMs(at - 1), to: toEpochMs(at), label: 'washing' },
});

export const changeOf = (stream: string, at: number): SettingsChange => ({
  kind: 'settings',
  ...{ stream: idOf(stream), at: toEpochMs(at), changes: '{}' },
});

export const forgetOf = (stream: string, at: number): Command => ({
  kind: 'command',
  ...{ stream: idOf(stream), at: toEpochMs(at), command: 'forget' },
});

export const evictionOf = (stream: string): Eviction => ({ evicted: idOf(stream) });

export const utc = (_at: EpochMs): DurationMs => toDurationMs(0);

export const messageOf = (topic: string, text: string, receivedAt = 0): Inbound => ({
  topic,
  payload: new TextEncoder().encode(text),
  receivedAt: toEpochMs(receivedAt),
  retained: false,
});

/** A message that is only lent, to keep. */
export const ownInbound = ({ topic, payload, receivedAt, retained, contentType, receipt }: Inbound): Inbound => {
  const plain = { topic, payload: Uint8Array.from(payload), receivedAt, retained };
  const message = contentType === undefined ? plain : { ...plain, contentType };
  return receipt === undefined ? message : { ...message, receipt };
};

/** An acknowledgement that is owed. */
export const deliveryOf = (packetId: number, more: Partial<Delivery> = {}): Delivery => ({
  packetId,
  checksum: 0,
  key: toKey(packetId, more.checksum ?? 0),
  isRedelivery: false,
  session: 0,
  window: 100,
  connection: 1,
  isResumed: false,
  firstPacketId: packetId,
  age: toDurationMs(0),
  ack: () => undefined,
  ...more,
});

/** A message that was decoded to one sample. */
export const arrivalOf = (topic: string, at: number, delivery?: Delivery): Arrival => ({
  message: headOf(owedOf(messageOf(topic, 'x', at), delivery)),
  inputs: [sampleOf(topic, at)],
});

/** Each message as it comes from the decoder: its samples are lent for the time of the call, and say nothing afterwards. */
export const lendEach = (): OperatorFunction<Arrival, Arrival> =>
  createOperator((output) => {
    const rows: SampleRow[] = [];
    const lend = (input: StreamInput, i: number): StreamInput => {
      rows[i] ??= new SampleRow();
      return isReading(input) ? Object.assign(rows[i], input) : input;
    };
    return {
      next({ message, inputs }) {
        output.next({ message, inputs: inputs.map(lend) });
        for (const row of rows) row.giveBack();
      },
    };
  });

/** A message with its delivery, whose checksum is that of the message. */
export const owedOf = (message: Inbound, delivery?: Delivery): Inbound => {
  if (delivery === undefined) return message;
  const checksum = checksumOf(message);
  return { ...message, receipt: { ...delivery, checksum, key: toKey(delivery.packetId, checksum) } as Delivery };
};

/** An MQTT source's knowledge of what it may give again. */
export const repeatsOf = (mostUnacknowledged = 1000, clock: Clock = virtualClock): MqttRepeats =>
  new MqttRepeats({ clock, mostUnacknowledged });

/** The part of a message that is kept once it is decoded. */
export const headOf = (message: Inbound): MessageHead => {
  const { topic, receivedAt, receipt } = message;
  return { topic, receivedAt, receipt, checksum: receipt?.isRedelivery ? checksumOf(message) : 0 };
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

/** Work and steps that are only lent, to keep. */
export const keep = <Given extends Work>(given: Given): Given | StepRow =>
  given instanceof StepRow ? StepRow.copyOf(given) : given;
export const keepEach: OperatorFunction<readonly HandedWork[], readonly HandedWork[]> = map((batch) => batch.map(keep));

/** Runs taken apart, as if there were always room. The steps are copies. */
export const oneByOne: OperatorFunction<Step | StepRun, Step> = mergeMap((step) => {
  if (!(step instanceof StepRun)) return [keep(step)];
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
