import { describe, expect, it } from 'vitest';
import { MOST_GENERATIONS } from '../../src/domain/stateStore.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { generationsFor, KeptPast, mostGenerations, streamsFor } from '../../src/state/keptPast.ts';
import {
  beginSnapshot,
  endSnapshot,
  newResidency,
  noteInput,
  residencyOf,
  type StreamResidency,
} from '../../src/state/streamResidency.ts';
import { idOf } from '../pipeline/samples.ts';

const HOUR = 3_600_000;
const EVERY = 5 * HOUR;
const BYTES = 1000;

/** A stream with a reading an hour, saved every five, whose journal has all. */
class World {
  readonly residency: StreamResidency = newResidency(toEpochMs(0));
  readonly past: KeptPast;
  start = 0;
  now = 0;
  position = 0;

  constructor(mostBytes = 1e9, reach = 72 * HOUR) {
    this.past = new KeptPast({
      residencies: new Map([[idOf('a'), this.residency]]),
      clock: { now: () => toEpochMs(this.now) },
      journalReach: () => ({ start: this.start, holesUpTo: 0 }),
      ...{ reach: toDurationMs(reach), mostBytes, slack: toDurationMs(EVERY) },
    });
  }

  live(hours: number): void {
    for (let hour = 0; hour < hours; hour++) {
      this.now += HOUR;
      noteInput(this.residency, ++this.position);
      if (this.now % EVERY === 0) this.save();
    }
  }

  save(): void {
    this.past.look();
    const beside = this.past.besideNext(this.residency);
    const stored = { position: this.position, bytes: BYTES, at: toEpochMs(this.now) };
    endSnapshot(this.residency, beginSnapshot(this.residency), stored, beside);
  }

  get ages(): readonly number[] {
    return this.residency.generations.map((position) => (this.now - this.residency.kept.get(position)!.savedAt) / HOUR);
  }
}

describe('KeptPast', () => {
  it('keeps one that is as old as the reach, and few younger ones', () => {
    const world = new World();
    for (let day = 0; day < 20; day++) {
      world.live(24);
      expect(world.ages.length).toBeLessThanOrEqual(generationsFor(72 * HOUR, EVERY));
      if (day < 4) continue;
      const oldest = world.ages.at(-1) as number;
      expect(oldest).toBeGreaterThanOrEqual(72);
      expect(oldest).toBeLessThanOrEqual(2 * 72 + 5);
      expect(world.ages.at(-2)).toBeLessThan(72);
    }
  });

  it('keeps the journal from the first reading on that the oldest of them lacks', () => {
    const world = new World();
    world.live(20 * 24);
    const [oldest] = world.ages.slice(-1) as [number];
    expect(world.past.pastOf(world.position)).toEqual({ from: world.position - oldest + 1, mostBytes: 5e8 });
  });

  it('keeps no more states than have room, and two in any case', () => {
    for (const [bytes, most] of [
      [10, 2],
      [4 * BYTES, 4],
    ] as const) {
      const world = new World(bytes);
      world.live(20 * 24);
      expect(world.ages).toHaveLength(most);
    }
  });

  it('keeps none whose journal is gone, but for the newest', () => {
    const world = new World();
    world.live(20 * 24);
    world.start = world.position;
    world.save();
    expect(world.ages).toHaveLength(2);
  });

  it('needs none of the journal of a stream that is silent, in this life or the next', () => {
    const world = new World();
    world.live(20 * 24);
    world.save();
    world.now += 100 * 24 * HOUR;
    expect(world.past.pastOf(world.position + 7).from).toBe(world.position + 7);
    const generations = world.residency.generations.map((position, place) => {
      const { savedAt } = world.residency.kept.get(position)!;
      return { position, savedAt, bytes: BYTES, generation: 20 - place };
    });
    const found = residencyOf({ stream: idOf('a'), savedAt: 0, generations });
    const next = new KeptPast({
      residencies: new Map([[idOf('a'), found]]),
      clock: { now: () => toEpochMs(world.now) },
      journalReach: () => ({ start: 0, holesUpTo: 0 }),
      ...{ reach: toDurationMs(72 * HOUR), mostBytes: 1e9, slack: toDurationMs(EVERY) },
    });
    expect(next.pastOf(world.position + 7).from).toBe(world.position + 7);
  });

  it('keeps what a start needs where nothing is to be reached', () => {
    const world = new World(1e9, 0);
    world.live(20 * 24);
    expect(world.ages).toHaveLength(2);
    expect(world.past.pastOf(9)).toMatchObject({ from: 9 });
  });
});

it('the number of states grows with the logarithm of the reach, up to a bound', () => {
  const counts = [0, 1, 5, 24, 72, 7 * 24, 30 * 24, 365 * 24].map((hours) => generationsFor(hours * HOUR, EVERY));
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(counts[4]).toBeLessThanOrEqual(8);
  expect(counts.at(-1)).toBeLessThanOrEqual(MOST_GENERATIONS);
});

it('as many streams have room as the snapshots of all are no larger than half of it', () => {
  expect([mostGenerations(100, 0), mostGenerations(100, 51), mostGenerations(100, 10)]).toEqual([
    MOST_GENERATIONS,
    2,
    7,
  ]);
  const streams = streamsFor(256e6, 8, 300_000);
  expect(mostGenerations(256e6, streams * 300_000)).toBe(8);
  expect(mostGenerations(256e6, (streams + 1) * 300_000)).toBe(7);
});
