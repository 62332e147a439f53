import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../src/domain/events.ts';
import { MARK } from '../../../src/domain/marks.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { InTimeOrder } from '../../../src/hosts/stream/inTimeOrder.ts';
import { Timeline } from '../../../src/hosts/stream/timeline.ts';
import { sampleOf } from '../../pipeline/samples.ts';
import { MINUTE, START } from './tellTimes.ts';

const recorded = (at: number, value = at): Sample => ({ ...sampleOf('hall', at, value), marks: MARK.recorded });
const lived = (at: number, value = at): Sample => ({
  ...sampleOf('hall', at, value),
  origin: { arrival: toEpochMs(at), isTold: false, isBacklog: false },
});

/** @param cut place before which the timeline is kept and brought back */
function judge(
  samples: readonly Sample[],
  cut = 0,
): { readonly learned: readonly number[]; readonly dropped: readonly string[] } {
  const learned: number[] = [];
  const events: DomainEvent[] = [];
  let timeline = new Timeline();
  const orderOf = (of: Timeline) =>
    new InTimeOrder({
      report: (event) => void events.push(event),
      pass: ({ value }) => void learned.push(value),
      timeline: of,
      isKept: true,
    });
  let order = orderOf(timeline);
  for (const [place, sample] of samples.entries()) {
    if (place === cut && place > 0) {
      const saved: unknown = JSON.parse(JSON.stringify(timeline.save()));
      timeline = new Timeline();
      timeline.load(saved);
      order = orderOf(timeline);
    }
    order.push(sample);
  }
  const dropped = events.flatMap((event) => (event.type === 'InputDropped' ? [event.reason] : []));
  return { learned, dropped };
}

describe('recorded history', () => {
  it('goes before what is live, and live goes on behind it', () => {
    const history = Array.from({ length: 20 }, (_, i) => recorded(START + i * MINUTE, i));
    const live = Array.from({ length: 5 }, (_, i) => lived(START + (20 + i) * MINUTE, 20 + i));
    expect(judge([...history, ...live])).toEqual({ learned: Array.from({ length: 25 }, (_, i) => i), dropped: [] });
  });

  it('is never believed to be a clock that was put back, however long it is', () => {
    const live = Array.from({ length: 10 }, (_, i) => lived(START + i * MINUTE, i));
    const history = Array.from({ length: 500 }, (_, i) => recorded(START - (500 - i) * MINUTE, -1));
    const { learned, dropped } = judge([...live, ...history, lived(START + 10 * MINUTE, 10)]);
    expect(learned).toEqual(Array.from({ length: 11 }, (_, i) => i));
    expect(dropped).toEqual(new Array(500).fill('not-newer'));
  });

  it('does not teach the newest live reading again that another recorder noted a moment later', () => {
    const live = Array.from({ length: 10 }, (_, i) => lived(START + i * MINUTE, i));
    const newest = START + 9 * MINUTE;
    const { learned, dropped } = judge([
      ...live,
      recorded(newest + 3, 9),
      recorded(newest + 20_000, 9),
      recorded(newest + MINUTE + 3, 10),
    ]);
    expect(learned).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(dropped).toEqual(['not-newer', 'not-newer']);
  });

  it('is learned once: the same file again teaches nothing, also across a restart', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, times, fc.nat(100), (one, other, cut) => {
        const file = (of: readonly number[]): Sample[] =>
          [...of].sort((a, b) => a - b).map((i) => recorded(START + i * MINUTE, i));
        const { learned } = judge([...file(one), ...file(other), ...file(one)], cut);
        const last = Math.max(...one);
        const expected = [...[...one].sort((a, b) => a - b), ...other.filter((i) => i > last).sort((a, b) => a - b)];
        expect(learned).toEqual(expected);
      }),
    );
  });

  it('keeps out what a session has kept of the same time, told or certain, and takes what is newer', () => {
    const history = Array.from({ length: 200 }, (_, i) => recorded(START + i * MINUTE, i));
    const arrival = START + 205 * MINUTE;
    const told = (i: number): Sample => ({
      ...sampleOf('hall', START + i * MINUTE, i),
      origin: { arrival: toEpochMs(arrival + i), isTold: true, isBacklog: true },
    });
    const certain = (i: number): Sample => sampleOf('hall', START + i * MINUTE, i);
    for (const kept of [told, certain])
      for (const cut of [0, 100, 250]) {
        const backlog = Array.from({ length: 204 }, (_, i) => kept(i));
        const { learned, dropped } = judge([...history, ...backlog], cut);
        expect(learned).toEqual(Array.from({ length: 204 }, (_, i) => i));
        expect(dropped).toEqual(new Array(200).fill('not-newer'));
      }
  });

  it('is named as a duplicate or a conflict where two of its readings have one time', () => {
    expect(judge([recorded(START, 1), recorded(START, 1), recorded(START, 2)])).toEqual({
      learned: [1],
      dropped: ['duplicate', 'conflict'],
    });
  });
});
