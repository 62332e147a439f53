import { BehaviorSubject, filter, Subject } from 'rxjs';
import { expect, it, vi } from 'vitest';
import type { HttpPart } from '../../src/adapters/http/parts.ts';
import { isOutputPayload } from '../../src/adapters/mqtt/inbound/ownOutput.ts';
import { createDecoder } from '../../src/adapters/payload/decoder.ts';
import { ByteRange } from '../../src/domain/byteRange.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { BorrowedForecast } from '../../src/domain/forecast.ts';
import type { Heard } from '../../src/domain/listen.ts';
import { LOG_LEVELS } from '../../src/domain/logLevel.ts';
import { type Outgoing, toOutgoing } from '../../src/domain/outgoing.ts';
import { REQUEST_NAMES } from '../../src/domain/requestName.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { AlarmRecord } from '../../src/outlets/alarms/alarmRecord.ts';
import type { Outlet, StreamChange } from '../../src/outlets/outlet.ts';
import { OutletRun, type SharedContext } from '../../src/outlets/outletRun.ts';
import { RetainedTopics } from '../../src/outlets/retained/retainedTopics.ts';
import { Counters } from '../../src/telemetry/counters.ts';
import type { LogEntry } from '../../src/telemetry/logTap.ts';
import { parse } from '../config/context.ts';
import { inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../fixtures/decoderSetup.ts';
import { everyMessage, forecastOf, idOf, settingsWith } from '../pipeline/samples.ts';
import { fakeTimers } from '../support/fakeTimers.ts';
import { idleControl } from '../support/idleControl.ts';
import { lend } from '../support/lent.ts';
import { memoryNote } from '../support/memoryNote.ts';

const STOP_BOUND = 1000;

const CONFIG = parse('mqtt: {server: mqtt://pi}\nstreams: [{topic: a}, {topic: b}]\n');

/** All that an outlet can see, driven by hand, and all that it did. */
export class OutletStage {
  readonly forecasts$: Subject<BorrowedForecast> = new Subject();
  readonly streams$: Subject<StreamChange> = new Subject();
  readonly events$: Subject<DomainEvent> = new Subject();
  readonly connected$: BehaviorSubject<boolean> = new BehaviorSubject(false);
  readonly log$: Subject<LogEntry> = new Subject();
  readonly published: Outgoing[] = [];
  readonly failures: string[] = [];
  /** Notes by their names, as JSON. */
  readonly notes: Map<string, string> = new Map();
  readonly listeners: Set<(message: Heard) => void> = new Set();
  /** Parts that answer over HTTP now. */
  readonly served: Set<HttpPart> = new Set();

  readonly retained: RetainedTopics = new RetainedTopics({
    notes: undefined,
    suspected: () => [],
    clear: (topic) => this.shared.publish({ topic, payload: '', qos: 0, retain: true }),
    most: 100,
  });

  readonly shared: SharedContext = {
    config: CONFIG,
    configNow: () => CONFIG,
    settingsOf: () => settingsWith(everyMessage),
    prospectsOf: (stream) => (['a', 'b'].includes(stream) ? [settingsWith(everyMessage)] : []),
    sensorOf: () => undefined,
    retained: this.retained,
    forecasts$: this.forecasts$,
    streams$: this.streams$,
    eventsOf: (...types) => this.events$.pipe(filter((event) => isOfType(event, types))),
    log$: this.log$,
    connected$: this.connected$,
    health: { counters: new Counters() },
    control: idleControl(),
    alarms: new AlarmRecord(),
    noteOf: (name) => memoryNote(this.notes, name),
    inspect: async () => undefined,
    probe: async () => undefined,
    examine: async () => [],
    serve: (part) => {
      this.served.add(part);
      return () => void this.served.delete(part);
    },
    publish: (message) => this.connected$.value && this.published.push(message) > 0,
    publishTo: (...message) => this.shared.publish(toOutgoing(...message)),
    listen: (_filter, handler) => {
      this.listeners.add(handler);
      return () => void this.listeners.delete(handler);
    },
  };

  readonly report = (event: DomainEvent): void => {
    if (event.type === 'OutletFailed') this.failures.push(event.outlet);
    this.events$.next(event);
  };

  run(outlet: Outlet): OutletRun {
    const run = new OutletRun(outlet, this.report);
    run.start(this.shared);
    return run;
  }

  /** A life: a connection, two streams that forecast, one that goes, a lost connection, minutes that pass. */
  async play(): Promise<void> {
    this.connected$.next(true);
    for (const stream of [idOf('a'), idOf('b')]) this.#tell({ kind: 'started', stream });
    for (const at of [1, 2, 3]) for (const name of ['a', 'b']) this.#forecast(name, at, at === 2);
    this.#tell({ kind: 'restored', stream: idOf('a') });
    this.#tell({ kind: 'evicted', stream: idOf('b') });
    this.#forecast('b', 4, false);
    await vi.advanceTimersByTimeAsync(120_000);
    for (const level of LOG_LEVELS)
      this.log$.next({ at: toEpochMs(1), level, message: 'line', fields: { count: 21, topic: 'a' } });
    this.connected$.next(false);
    this.#forecast('a', 5, true);
    this.connected$.next(true);
    await vi.advanceTimersByTimeAsync(1000);
    for (const handler of this.listeners) {
      handler({ topic: 't', payload: new Uint8Array(1), retained: false });
      for (const name of REQUEST_NAMES) {
        const payload = Buffer.from('{"stream":"a","value":"pause","level":"info","label":"x","transaction":7}');
        handler({ topic: `tidegate/bridge/request/${name}`, payload, retained: false });
      }
    }
    await vi.advanceTimersByTimeAsync(1000);
  }

  #tell(change: StreamChange): void {
    this.streams$.next(change);
    const type = change.kind === 'evicted' ? 'StreamEvicted' : 'StreamStarted';
    this.report({ type, stream: change.stream });
  }

  #forecast(name: string, at: number, anomaly: boolean): void {
    const horizons = [{ horizon: { label: '1', steps: 1 }, mean: 2, lower: 1, upper: 3 }];
    lend(forecastOf(name, at, { horizons, anomaly }), (forecast) => this.forecasts$.next(forecast));
  }

  /** Something is still followed or listened to. */
  get isFollowed(): boolean {
    const { forecasts$, streams$, events$, log$, connected$ } = this;
    return (
      [forecasts$, streams$, events$, log$, connected$].some(({ observed }) => observed) ||
      this.listeners.size > 0 ||
      this.served.size > 0
    );
  }
}

function isOfType<Type extends DomainEvent['type']>(
  event: DomainEvent,
  types: readonly Type[],
): event is Extract<DomainEvent, { readonly type: Type }> {
  return (types as readonly string[]).includes(event.type);
}

/** Throws wherever it can. */
function createThrower(): Outlet {
  const fail = (): never => {
    throw new Error('an outlet that fails');
  };
  return {
    name: 'thrower',
    start({ follow, listen, forecasts$, streams$, eventsOf, log$, connected$ }) {
      const events$ = eventsOf('StreamStarted', 'StreamEvicted', 'OutletFailed');
      for (const values$ of [forecasts$, streams$, events$, log$, connected$]) follow<unknown>(values$, fail);
      listen('#', fail);
      fail();
    },
    stop: () => Promise.reject(new Error('an outlet that fails to stop')),
  };
}

const withoutProcess = ({ topic, payload }: Outgoing): string =>
  `${topic} ${String(payload).replace(/"(uptime_s|rss_mb|heap_mb|event_loop_delay_ms|cpu_share)":[\d.]+/g, '')}`;

/** Streams that another instance, or this one behind a bridge that renames topics, would have of a message. */
function readingsOf({ topic, payload }: Outgoing): readonly string[] {
  const bytes = Buffer.from(payload);
  if (isOutputPayload(ByteRange.of(bytes))) return [];
  const sources = [undefined, { dialect: 'auto', booleans: true }] as const;
  const read = sources.flatMap((source) => {
    const specs = [makeSpec('#', 'auto', { time: { sanity: false }, source })];
    const options = { specs, limits: { ...LIMITS, payload: 2 ** 20 }, zoneOffsetOf: () => UTC_PLUS_1, matchesFilter };
    const { decode } = createDecoder({ ...options, report: () => undefined, maxTopics: 10 });
    return ['', 'copy/'].flatMap((prefix) => decode(inbound(`${prefix}${topic}`, bytes)).samples);
  });
  return read.map(({ stream }) => stream);
}

/** Contract of every outlet. */
export function outletContract(create: () => Outlet): void {
  fakeTimers();

  it('starts once and stops once, however often it is told to', async () => {
    const outlet = create();
    const [start, stop] = [vi.spyOn(outlet, 'start'), vi.spyOn(outlet, 'stop')];
    const stage = new OutletStage();
    const run = stage.run(outlet);
    run.start(stage.shared);
    await Promise.all([run.stop(), run.stop()]);
    await run.stop();
    run.start(stage.shared);
    expect([start.mock.calls.length, stop.mock.calls.length, stage.failures]).toEqual([1, 1, []]);
  });

  it('is not started where it is stopped first', async () => {
    const outlet = create();
    const start = vi.spyOn(outlet, 'start');
    const stage = new OutletStage();
    const run = new OutletRun(outlet, stage.report);
    await run.stop();
    run.start(stage.shared);
    expect([start.mock.calls.length, stage.isFollowed, stage.published]).toEqual([0, false, []]);
  });

  it('lives through a life without an error', async () => {
    const stage = new OutletStage();
    const run = stage.run(create());
    await stage.play();
    await run.stop();
    expect(stage.failures).toEqual([]);
  });

  it('stops in bounded time; nothing is followed, published or waited for after that', async () => {
    const stage = new OutletStage();
    const run = stage.run(create());
    await stage.play();
    const since = performance.now();
    await run.stop();
    expect(performance.now() - since).toBeLessThan(STOP_BOUND);
    expect([stage.isFollowed, vi.getTimerCount()]).toEqual([false, 0]);
    stage.published.length = 0;
    await stage.play();
    expect(stage.published).toEqual([]);
  });

  it('owns up to every topic that it retains, and to none of others', async () => {
    const stage = new OutletStage();
    const run = stage.run(create());
    await stage.play();
    await run.stop();
    const retained = stage.published.filter(({ retain, payload }) => retain && payload.length > 0);
    expect(retained.filter(({ topic }) => !run.mayRetain(topic))).toEqual([]);
    expect(['tidegate', 'tidegate/c', 'tidegate/a/b', 'other/a', 'a'].filter((it) => run.mayRetain(it))).toEqual([]);
  });

  it('publishes nothing that another instance would take for a reading', async () => {
    const stage = new OutletStage();
    const run = stage.run(create());
    await stage.play();
    await run.stop();
    expect(stage.published.flatMap(readingsOf)).toEqual([]);
  });

  it('stops without a connection', async () => {
    const stage = new OutletStage();
    const run = stage.run(create());
    await run.stop();
    expect([stage.failures, stage.published, vi.getTimerCount()]).toEqual([[], [], 0]);
  });

  it('does the same beside outlets that fail wherever they can', async () => {
    const alone = new OutletStage();
    const undisturbed = alone.run(create());
    await alone.play();
    await undisturbed.stop();

    const stage = new OutletStage();
    const runs = [createThrower(), create(), createThrower()].map((outlet) => stage.run(outlet));
    await stage.play();
    for (const run of runs) await run.stop();
    expect(stage.published.map(withoutProcess)).toEqual(alone.published.map(withoutProcess));
    expect(new Set(stage.failures)).toEqual(new Set(['thrower']));
  });

  it('lets no error of the link reach others, and goes on once it is gone', async () => {
    const stage = new OutletStage();
    let isBroken = true;
    const { publish } = stage.shared;
    const outlet = create();
    const run = new OutletRun(outlet, stage.report);
    run.start({
      ...stage.shared,
      publish(message) {
        if (isBroken) throw new Error('a link that fails');
        return publish(message);
      },
      publishTo(...message) {
        if (isBroken) throw new Error('a link that fails');
        return publish(toOutgoing(...message));
      },
    });
    await stage.play();
    expect(new Set(stage.failures).size).toBeLessThanOrEqual(1);
    isBroken = false;
    stage.failures.length = 0;
    await stage.play();
    await run.stop();
    expect(stage.failures).toEqual([]);
  });
}
