import { afterEach, describe, expect, it } from 'vitest';
import type { Effort } from '../../src/domain/effort.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { createLearnerFactory } from '../../src/hosts/createLearnerFactory.ts';
import { createInlineHost } from '../../src/hosts/inlineHost.ts';
import { createThreadedHost } from '../../src/hosts/threads/threadedHost.ts';
import { among, everyMessage, idOf, settingsWith, stepOf } from '../pipeline/samples.ts';
import { installedThread } from '../support/built.ts';
import { keeping } from '../support/lent.ts';
import { learnerSettings, noisySine, toHorizons, withGap, withSpike } from '../support/series.ts';

// The thread is what was built: `npm run build` first, as `npm test` does.
const ENTRY = installedThread('learnerThread');
const ROWS = 260;
/** Rows after those that the snapshots include. */
const TAIL = Array.from({ length: 60 }, (_, i) => ROWS + i);
const STREAMS = ['one', 'two', 'three', 'four', 'five', 'six'];
const LAST = STREAMS[5] as string;

const usual: StreamSettings = { ...settingsWith(everyMessage), ...learnerSettings({ minSamples: 100 }) };
const far: StreamSettings = { ...usual, horizons: toHorizons(12, 1, 5) };
const withOthers: StreamSettings = { ...usual, exogenous: 2 };
const AMONG_OTHERS = 'three';

function settingsOf(stream: string): StreamSettings {
  if (stream === AMONG_OTHERS) return withOthers;
  return stream === 'two' || stream === 'five' ? far : usual;
}

function stepAt(stream: string, row: number, value: number | undefined): Step {
  const effort = (row > 170 && row < 230 ? (row >> 3) % 6 : 0) as Effort;
  const step = { ...stepOf(stream, row * 60_000, value), effort };
  return stream === AMONG_OTHERS ? among(step, row % 13, row % 4 === 0 ? row / 7 : Number.NaN) : step;
}

interface Outcome {
  /** Forecasts of each stream, in order. */
  readonly forecasts: readonly (readonly Forecast[])[];
  readonly snapshots: readonly (Uint8Array | undefined)[];
  /** After the tail. */
  readonly after: readonly (Uint8Array | undefined)[];
  readonly events: readonly DomainEvent[];
}

const byStream = (forecasts: readonly Forecast[]): Forecast[][] =>
  STREAMS.map((stream) => forecasts.filter((forecast) => forecast.stream === stream));

/** Events of each stream, in order: threads tell of theirs side by side. */
const eventsByStream = (events: readonly DomainEvent[]): DomainEvent[][] =>
  STREAMS.map((stream) => events.filter((event) => 'stream' in event && event.stream === stream));

const snapshotsOf = (host: LearnerHost): Promise<(Uint8Array | undefined)[]> =>
  Promise.all(STREAMS.map((stream) => host.snapshot(idOf(stream))));

const onThisThread = (report: (event: DomainEvent) => void): LearnerHost =>
  createInlineHost({ ...createLearnerFactory(settingsOf, undefined, report), report });

/** All streams side by side, with gaps and a spike; one is forgotten on the way and begins anew. */
async function play(
  create: (report: (event: DomainEvent) => void) => LearnerHost,
  batchRows: number,
): Promise<Outcome> {
  const forecasts: Forecast[] = [];
  const events: DomainEvent[] = [];
  const host = create((event) => events.push(event));
  host.start(
    keeping((forecast) => forecasts.push(forecast)),
    (error) => {
      throw error;
    },
  );
  const series = STREAMS.map((_, i) => withGap(withSpike(noisySine(ROWS, i + 1), 200, 90), 120 + i, 3));
  const batch: Step[] = [];
  for (let row = 0; row < ROWS; row++) {
    STREAMS.forEach((stream, i) => {
      batch.push(stepAt(stream, row, series[i]?.[row]));
    });
    if (row === 150) {
      host.push(batch.splice(0));
      host.evict(idOf(LAST));
    }
    if (batch.length >= batchRows) host.push(batch.splice(0));
    if (row % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  host.push(batch);
  const snapshots = snapshotsOf(host);
  for (const row of TAIL) host.push(STREAMS.map((stream) => stepAt(stream, row, row % 9)));
  const after = await snapshotsOf(host);
  const outcome = { forecasts: byStream(forecasts), snapshots: await snapshots, after, events };
  await host.stop();
  return outcome;
}

const hosts: LearnerHost[] = [];

function onThreads(threads: number, report: (event: DomainEvent) => void, memoryLimit = 1e9): LearnerHost {
  const host = createThreadedHost({
    ...{ threads, entry: ENTRY, data: { memoryLimit }, maxSteps: 10_000, settingsOf, report },
    onOutput: (text) => {
      throw new Error(text);
    },
  });
  hosts.push(host);
  return host;
}

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

describe('the learners on threads', () => {
  const inline = play(onThisThread, 1);

  it.each([
    [0, 1000],
    [1, 1],
    [1, 1000],
    [2, 7],
    [3, 64],
  ])(
    'say the same as those on the main thread to the last bit: %d threads, turns of %d steps',
    async (threads, rows) => {
      const expected = await inline;
      const outcome = await play((report) => (threads === 0 ? onThisThread(report) : onThreads(threads, report)), rows);
      expect(eventsByStream(outcome.events)).toEqual(eventsByStream(expected.events));
      expect(outcome.events.filter(({ type }) => !type.startsWith('Alarm'))).toEqual([]);
      expect(outcome.forecasts).toEqual(expected.forecasts);
      expect(outcome.snapshots).toEqual(expected.snapshots);
      // Otherwise the equality would say little.
      expect(expected.forecasts.map(({ length }) => length)).toEqual(STREAMS.map(() => ROWS + TAIL.length));
      expect(expected.forecasts[1]?.at(-1)).toMatchObject({ state: 'active', horizons: { length: 3 } });
      expect(expected.forecasts[5]?.at(-1)?.samples).toBeLessThan(ROWS - 150 + TAIL.length);
      expect(expected.snapshots[0]?.length).toBeGreaterThan(5000);
      expect(expected.snapshots[2]?.length).toBeGreaterThan((expected.snapshots[0]?.length as number) + 5000);
    },
  );

  it.each([0, 1, 2])('go on from snapshots of others to the last bit, with %d threads', async (threads) => {
    const report = (event: DomainEvent): void => {
      if (!event.type.startsWith('Alarm')) throw new Error(event.type);
    };
    const forecasts: Forecast[] = [];
    const host = threads === 0 ? onThisThread(report) : onThreads(threads, report);
    host.start(
      keeping((forecast) => forecasts.push(forecast)),
      (error) => {
        throw error;
      },
    );
    const { forecasts: expected, snapshots, after } = await inline;
    const outcomes = STREAMS.map((stream, i) => host.restore(idOf(stream), snapshots[i] as Uint8Array));
    for (const row of TAIL) host.push(STREAMS.map((stream) => stepAt(stream, row, row % 9)));
    expect(await Promise.all(outcomes)).toEqual(STREAMS.map(() => 'restored'));
    await host.drain();
    expect(byStream(forecasts)).toEqual(expected.map((all) => all.slice(ROWS)));
    expect(await snapshotsOf(host)).toEqual(after);
  });

  it('refuse streams for which their memory has no room, and take them once another is forgotten', async () => {
    const events: DomainEvent[] = [];
    const forecasts: Forecast[] = [];
    const host = onThreads(1, (event) => events.push(event), 100_000);
    host.start(
      keeping((forecast) => forecasts.push(forecast)),
      (error) => {
        throw error;
      },
    );
    const names = Array.from({ length: 40 }, (_, i) => `s${i}`);
    host.push(names.map((name) => stepOf(name, 1)));
    await host.drain();
    const room = forecasts.length;
    expect(room).toBeGreaterThan(2);
    expect(events).toEqual(names.slice(room).map((topic) => ({ type: 'InputDropped', reason: 'no-memory', topic })));
    host.evict(idOf('s0'));
    host.push([stepOf('s39', 2)]);
    await host.drain();
    expect(forecasts.at(-1)).toMatchObject({ stream: 's39', samples: 1 });
  });
});
