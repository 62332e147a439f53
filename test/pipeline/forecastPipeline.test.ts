import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Decode } from '../../src/domain/decode.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import type { OnNextTurn } from '../../src/pipeline/batchPerTurn.ts';
import { forecastPipeline, type PipelineOptions } from '../../src/pipeline/forecastPipeline.ts';
import { createEchoHost } from '../support/echoHost.ts';
import { kept } from '../support/lent.ts';
import { machinesOf } from '../support/machines.ts';
import { rounds } from '../support/rounds.ts';
import { everyMessage, messageOf, sampleOf, settingsWith, utc } from './samples.ts';

const STREAMS = rounds(200, 1000);
const SAMPLES = 100 * STREAMS;
/** Its pipeline can never be built. */
const BROKEN = 'sensor/7';
/** Its messages make the decoder throw. */
const POISONED = 'sensor/8';

const onImmediate: OnNextTurn = (run) => {
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
};

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const decode: Decode = ({ topic, receivedAt, payload }) => {
  if (topic === POISONED) throw new Error('planted in the decoder');
  return { samples: [sampleOf(topic, receivedAt, payload.length)], drops: [] };
};

/** Message i belongs to stream i mod STREAMS and has its time; every 50th round repeats the one before. */
function messageAt(i: number): Inbound {
  const round = Math.floor(i / STREAMS);
  return messageOf(`sensor/${i % STREAMS}`, 'x', round % 50 === 49 ? round - 1 : round);
}

/** Sends everything through, `perTurn` messages in each turn of the event loop. */
async function send(perTurn: number, more: Partial<PipelineOptions>) {
  const source = new Subject<Inbound>();
  const events: DomainEvent[] = [];
  const forecasts: Forecast[] = [];
  const { host, batches, evicted } = createEchoHost();
  const settingsOf = () => settingsWith(everyMessage);
  const report = (event: DomainEvent): void => void events.push(event);
  const { machineFor } = machinesOf({
    settingsOf,
    zoneOffsetOf(stream) {
      if (stream === BROKEN) throw new Error('planted in the stream');
      return utc;
    },
    report,
  });
  const pipeline = forecastPipeline(
    {
      decode,
      settingsOf,
      machineFor,
      host,
      report,
      onNextTurn: onImmediate,
      clock: { now: () => toEpochMs(performance.now()) },
      delay(run, after) {
        const timer = setTimeout(run, after);
        return () => clearTimeout(timer);
      },
    },
    {
      maxStreams: STREAMS,
      maxBatch: 256,
      maxQueue: 2_000,
      maxBytes: 1e9,
      credit: 1_024,
      overflow: 'drop_oldest',
      throttle: false,
      ...more,
    },
  );
  const done = new Promise<void>((resolve, reject) => {
    source
      .pipe(pipeline, kept())
      .subscribe({ next: (forecast) => forecasts.push(forecast), error: reject, complete: resolve });
  });

  for (let i = 0; i < SAMPLES; i++) {
    source.next(messageAt(i));
    if (i % perTurn === perTurn - 1) await nextTurn();
  }
  source.complete();
  await done;

  const count = (type: DomainEvent['type']) => events.filter((event) => event.type === type).length;
  const drops = new Map<string, number>();
  for (const event of events)
    if (event.type === 'InputDropped') drops.set(event.reason, (drops.get(event.reason) ?? 0) + 1);
  return { forecasts, batches, evicted, drops, count };
}

function timesPerStream(forecasts: readonly Forecast[]): ReadonlyMap<string, readonly number[]> {
  const times = new Map<string, number[]>();
  for (const { stream, at } of forecasts) {
    const list = times.get(stream);
    if (list === undefined) times.set(stream, [at]);
    else list.push(at);
  }
  return times;
}

const isGrowing = (times: readonly number[]): boolean => times.every((time, i) => i === 0 || time > times[i - 1]);

describe('forecastPipeline', () => {
  it(`takes ${SAMPLES} messages of ${STREAMS} streams: none is lost, each stream keeps its order, two broken ones disturb no other`, async () => {
    const { forecasts, batches, drops, count } = await send(200, {});

    expect(count('MessageReceived')).toBe(SAMPLES);
    expect(Object.fromEntries(drops)).toEqual({
      'decoder-failed': SAMPLES / STREAMS,
      'stream-failed': SAMPLES / STREAMS,
      duplicate: 2 * (STREAMS - 2),
    });
    expect(forecasts.length + [...drops.values()].reduce((sum, n) => sum + n, 0)).toBe(SAMPLES);
    expect(count('ForecastIssued')).toBe(forecasts.length);
    expect(count('StreamStarted')).toBe(STREAMS - 1);

    const times = timesPerStream(forecasts);
    expect(times.size).toBe(STREAMS - 2);
    expect([...times.values()].every((list) => list.length === SAMPLES / STREAMS - 2 && isGrowing(list))).toBe(true);
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(256);
  });

  it('sheds the oldest of a flood that is too fast, and every one of them is counted', async () => {
    const { forecasts, drops, count } = await send(10_000, { maxQueue: 1_000 });

    const dropped = [...drops.values()].reduce((sum, n) => sum + n, 0);
    expect(drops.get('queue-full')).toBeGreaterThan(SAMPLES / 2);
    expect(count('MessageReceived')).toBe(SAMPLES);
    expect(forecasts.length + dropped).toBe(SAMPLES);
    expect(forecasts.length).toBeGreaterThanOrEqual(1_000);
    expect([...timesPerStream(forecasts).values()].every(isGrowing)).toBe(true);
  });

  it('stays within its streams when there are ten times as many, and forgets each one evicted', async () => {
    const { forecasts, evicted, drops, count } = await send(100, { maxStreams: STREAMS / 10 });

    expect(forecasts.length + [...drops.values()].reduce((sum, n) => sum + n, 0)).toBe(SAMPLES);
    expect(count('StreamStarted') - count('StreamEvicted')).toBe(STREAMS / 10);
    expect(evicted).toHaveLength(count('StreamEvicted'));
    // Round robin over more streams than there is room for: each is forgotten before its next sample.
    expect(forecasts.every(({ samples }) => samples === 1)).toBe(true);
  });
});
