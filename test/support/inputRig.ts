import { Subject } from 'rxjs';
import { createIntake } from '../../src/adapters/mqtt/inbound/inbound.ts';
import { createDecoder } from '../../src/adapters/payload/decoder.ts';
import { ByteRange } from '../../src/domain/byteRange.ts';
import type { DropReason } from '../../src/domain/dropReason.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import type { StreamSpec } from '../../src/domain/streamSpec.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { createLearnerFactory } from '../../src/hosts/createLearnerFactory.ts';
import { createInlineHost } from '../../src/hosts/inlineHost.ts';
import { Publisher } from '../../src/outlets/results/publisher.ts';
import { forecastPipeline } from '../../src/pipeline/forecastPipeline.ts';
import { LearnRules } from '../../src/pipeline/learnRules.ts';
import { decoderSettings, input, makeSpec, matchesFilter, UTC_PLUS_1 } from '../fixtures/decoderSetup.ts';
import { strict } from './lent.ts';
import { machinesOf } from './machines.ts';
import { learnerSettings } from './series.ts';
import { type TextMessage, toTextMessage, withText } from './textMessage.ts';

const START = Date.UTC(2026, 2, 10, 12);
const MINUTE = 60_000;
export const BASE_TOPIC = 'tidegate';

interface Sent {
  readonly retain?: boolean;
  /** Since the message before, ms. Default: a minute. */
  readonly after?: number;
}

/** The whole way of a message, from the bytes of the broker to what is published, without a broker. */
export interface InputRig {
  send(topic: string, payload: string | Uint8Array, how?: Sent): void;
  /** Arrival of the last message, epoch ms. */
  readonly now: number;
  readonly forecasts: Forecast[];
  readonly events: DomainEvent[];
  readonly published: TextMessage[];
  dropsSince(event: number): DropReason[];
  readonly streams: number;
}

/** Plain numbers, a field, a field among others, whatever a message holds. */
const SPECS: readonly StreamSpec[] = [
  makeSpec('plant/plain', ['']),
  makeSpec('plant/json', ['v']),
  makeSpec('plant/deep', [`${'v.'.repeat(9)}v`]),
  makeSpec('plant/untrusted', ['v'], { time: { sanity: false } }),
  makeSpec('plant/among', ['v'], { inputs: [input('a'), input('b')] }),
  makeSpec('plant/auto/#', 'auto'),
  makeSpec('+/anything/#', 'auto'),
];

const MODEL = learnerSettings({ minSamples: 50, model: { hidden: 4, bptt: { every: 4, window: 8 } } });

function withModel(spec: StreamSpec): StreamSpec {
  const { model, horizons, minSamples } = MODEL;
  const settings: StreamSettings = { ...decoderSettings(), ...spec.settings, model, horizons, minSamples };
  return { ...spec, settings };
}

interface RigOptions {
  /** Default: every kind of entry, each stream with a small network. */
  readonly specs?: readonly StreamSpec[];
  /** Default: every forecast is published. */
  readonly throttle?: boolean;
}

export function createInputRig(maxStreams = 100, options: RigOptions = {}): InputRig {
  const { specs = SPECS.map(withModel), throttle = false } = options;
  const forecasts: Forecast[] = [];
  const events: DomainEvent[] = [];
  const published: TextMessage[] = [];
  const alive = new Set<string>();
  let now = START;
  const report = (event: DomainEvent): void => {
    events.push(event);
    if (event.type === 'StreamStarted') alive.add(event.stream);
    if (event.type === 'StreamEvicted') alive.delete(event.stream);
  };
  const limits = { payload: 65_536, topic: 512, depth: 32 };
  const decoder = createDecoder({
    specs,
    limits,
    zoneOffsetOf: () => UTC_PLUS_1,
    report,
    matchesFilter,
    maxTopics: maxStreams,
  });
  const { settingsOf } = decoder;
  const host = strict(createInlineHost({ ...createLearnerFactory(settingsOf, undefined, report), report }));
  const publisher = new Publisher({
    baseTopic: BASE_TOPIC,
    publish: (message) => published.push(withText(message)) > 0,
    publishTo: (...message) => published.push(toTextMessage(...message)) > 0,
    settingsOf,
    sensorOf: decoder.sensorOf,
    giveUp: () => undefined,
  });
  const clock = { now: () => toEpochMs(now) };
  const intake = createIntake({
    filters: ['#'],
    formerFilters: [],
    identifierBase: 0,
    baseTopic: BASE_TOPIC,
    clock,
    report,
    acks: 'at-once',
  });
  const inbound$ = new Subject<Inbound>();
  intake.inbound$.subscribe(inbound$);
  const onNextTurn = (run: () => void): (() => void) => {
    run();
    return () => undefined;
  };
  const { machineFor } = machinesOf({ settingsOf, zoneOffsetOf: () => UTC_PLUS_1, report });
  inbound$
    .pipe(
      forecastPipeline(
        {
          decode: decoder.decode,
          settingsOf,
          machineFor,
          host,
          report,
          rules: new LearnRules({
            settingsOf,
            // Their settings may be others by now.
            entries: () => [...specs],
            zoneOffsetOf: () => UTC_PLUS_1,
            report,
          }),
          onNextTurn,
          clock,
          delay: (run, after) => {
            const timer = setTimeout(run, after);
            return () => clearTimeout(timer);
          },
        },
        { maxStreams, maxBatch: 64, maxQueue: 1000, maxBytes: 1e9, credit: 64, overflow: 'coalesce', throttle },
      ),
    )
    .subscribe((forecast) => {
      forecasts.push(forecast.toForecast());
      publisher.forecast(forecast);
    });
  return {
    forecasts,
    events,
    published,
    send(topic, payload, { retain = false, after = MINUTE } = {}) {
      now += after;
      const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
      intake.take(topic, ByteRange.of(bytes), { retain, qos: 0 } as Parameters<typeof intake.take>[2], undefined);
    },
    get now() {
      return now;
    },
    get streams() {
      return alive.size;
    },
    dropsSince: (first) =>
      events.slice(first).flatMap((event) => (event.type === 'InputDropped' ? [event.reason] : [])),
  };
}
