import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ForecastRow } from '../../src/domain/forecastRow.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Arrival } from '../../src/pipeline/arrival.ts';
import { durableStages, volatileStages } from '../../src/pipeline/durableStages.ts';
import type { RoutedInput } from '../../src/pipeline/routedInput.ts';
import type { DurableState } from '../../src/state/durableState.ts';
import { PoisonDetector } from '../../src/state/poisonDetector.ts';
import { JournalMedium } from '../state/log/medium.ts';
import { settle } from '../support/virtualTime.ts';
import { arrivalOf, deliveryOf, forecastOf, idOf, ignore, repeatsOf, sampleOf } from './samples.ts';

const ATTIC = idOf('attic');

function worldOf() {
  const medium = new JournalMedium();
  const log: string[] = [];
  const durable: DurableState = {
    journal: medium.journal,
    repeats: repeatsOf(10),
    poison: new PoisonDetector({ read: () => undefined, write: () => undefined }),
    wanted$: new Subject<StreamId>(),
    residency: {
      note: ({ stream, at }, position) => {
        log.push(`note ${stream}${at} at ${position}`);
        return stream !== ATTIC;
      },
      restore: async () => ({ outcome: 'restored', tail: [sampleOf('attic', 1)], firstTail: 1 }),
      hasCome: () => undefined,
      checkpoint: (stream) => void log.push(`checkpoint ${stream}`),
      leave: (stream) => void log.push(`leave ${stream}`),
    },
  };
  const behind = {
    backlog: () => 0,
    credit: 1,
    clock: medium.time.clock,
    delay: medium.time.delay,
    idle: async () => undefined,
  };
  const { intake, ofStreams, isNew } = durableStages(durable, behind, {
    restoring: { waiting: 0 },
    isolating: { waiting: 0 },
    report: ignore,
  });
  const source = new Subject<Arrival>();
  const out: RoutedInput[] = [];
  source.pipe(intake).subscribe((input) => out.push(input));
  const isNewAt = (at: number, stream = 'attic') => isNew(new ForecastRow().write(forecastOf(stream, at)));
  return { source, out, log, ofStreams, isNewAt };
}

describe('durableStages', () => {
  it('notes each sample with its place in the journal, then recalls its stream', async () => {
    const { source, out, log } = worldOf();
    source.next(arrivalOf('barn', 5, deliveryOf(1)));
    source.next(arrivalOf('attic', 6));
    await settle();

    expect(log).toEqual(['note barn5 at 2', 'note attic6 at 3']);
    expect(out).toEqual([
      sampleOf('barn', 5),
      { opened: ATTIC },
      sampleOf('attic', 1),
      { replayed: ATTIC },
      sampleOf('attic', 6),
    ]);
  });

  it('asks the residency for whoever takes a state', () => {
    const { ofStreams, log } = worldOf();
    ofStreams.onCheckpoint?.(ATTIC);
    ofStreams.onEvict?.(ATTIC);
    expect(log).toEqual(['checkpoint attic', 'leave attic']);
  });

  describe('calls a forecast new', () => {
    it('of every stream that has no replay', () => {
      expect(worldOf().isNewAt(5)).toBe(true);
    });

    it('from the last of the replay on', async () => {
      const { source, ofStreams, isNewAt } = worldOf();
      source.next(arrivalOf('attic', 6));
      await settle();
      // It is under way: nothing is.
      expect([isNewAt(1), isNewAt(1e15), isNewAt(1, 'barn')]).toEqual([false, false, true]);
      ofStreams.onReplayed?.(ATTIC, { last: 3, highest: 3 });

      expect([1, 2, 3, 4, 2].map((at) => isNewAt(at))).toEqual([false, false, true, true, true]);
    });

    it('also where the last sample of the replay was late, or a clock was put right in it', () => {
      const { ofStreams, isNewAt } = worldOf();
      ofStreams.onReplayed?.(ATTIC, { last: 5, highest: 900 });
      expect([1, 900, 4, 5, 6].map((at) => isNewAt(at))).toEqual([false, false, false, true, true]);
    });

    it('where the last one failed: as soon as time has gone beyond the replay', () => {
      const { ofStreams, isNewAt } = worldOf();
      ofStreams.onReplayed?.(ATTIC, { last: 5, highest: 5 });
      expect([1, 6, 2].map((at) => isNewAt(at))).toEqual([false, true, true]);
    });

    it('where the replay led to no step, or the stream has left', () => {
      const { ofStreams, isNewAt } = worldOf();
      ofStreams.onReplayed?.(ATTIC, { last: Number.NaN, highest: Number.NaN });
      expect(isNewAt(1)).toBe(true);
      ofStreams.onReplayed?.(ATTIC, { last: 5, highest: 5 });
      ofStreams.onEvict?.(ATTIC);
      expect(isNewAt(1)).toBe(true);
    });
  });
});

describe('volatileStages', () => {
  it('passes samples on and acknowledges at once', () => {
    const acks: number[] = [];
    const out: RoutedInput[] = [];
    const { intake, ofStreams, isNew } = volatileStages();
    const source = new Subject<Arrival>();
    source.pipe(intake).subscribe((input) => {
      expect(acks).toEqual([]);
      out.push(input);
    });
    source.next(arrivalOf('attic', 1, deliveryOf(1, { ack: () => void acks.push(1) })));

    expect([out, acks, ofStreams]).toEqual([[sampleOf('attic', 1)], [1], {}]);
    expect(isNew(new ForecastRow().write(forecastOf('attic', 1)))).toBe(true);
  });
});
