import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../src/domain/time.ts';
import type { Arrival } from '../../src/pipeline/arrival.ts';
import { inTimeOfTopics } from '../../src/pipeline/inTimeOfTopics.ts';
import { headOf, labelOf, messageOf, sampleOf } from './samples.ts';

const START = 1_790_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A message whose time is `at`, judged by its arrival unless it is certain. */
function toldAt(topic: string, at: number, arrival: number, isTold: boolean | undefined = true): Arrival {
  const origin = isTold === undefined ? {} : { origin: { arrival: toEpochMs(arrival), isTold, isBacklog: true } };
  return { message: headOf(messageOf(topic, '1', arrival)), inputs: [{ ...sampleOf(topic, at), ...origin }] };
}

const timesOf = (burst: readonly Arrival[], topic: string): number[] =>
  burst.filter(({ message }) => message.topic === topic).map(({ inputs }) => (inputs[0]?.at ?? 0) - START);

describe('inTimeOfTopics', () => {
  it('puts what is new behind what was kept, for any sensors, outage, clock and place of the new ones', () => {
    const sensor = fc.record({
      offset: fc.integer({ min: -DAY, max: DAY }),
      cadence: fc.integer({ min: 10, max: HOUR }),
      kept: fc.integer({ min: 0, max: 20 }),
      // Ms after the connection began.
      sent: fc.uniqueArray(fc.integer({ min: 1, max: 4000 }), { maxLength: 6 }),
      isTold: fc.constantFrom(true, undefined),
    });
    void fc.assert(
      fc.property(fc.array(sensor, { minLength: 1, maxLength: 4 }), (sensors) => {
        // What was kept comes over two seconds, with what is sent among it.
        const all = sensors.flatMap(({ offset, cadence, kept, sent, isTold }, i) => [
          ...Array.from({ length: kept }, (_, k) => ({
            arrival: START + (2000 * k) / kept,
            make: (arrival: number) => toldAt(`s${i}`, START + offset - (kept - k) * cadence, arrival, isTold),
          })),
          ...[...sent]
            .sort((a, b) => a - b)
            .map((after) => ({
              arrival: START + after,
              make: (arrival: number) => toldAt(`s${i}`, START + offset + after, arrival, isTold),
            })),
        ]);
        const burst = all.sort((a, b) => a.arrival - b.arrival).map(({ arrival, make }) => make(arrival));
        const ordered = inTimeOfTopics(burst);
        expect(ordered.map(({ message }) => message.topic)).toEqual(burst.map(({ message }) => message.topic));
        expect(new Set(ordered)).toEqual(new Set(burst));
        for (const i of sensors.keys()) {
          const times = timesOf(ordered, `s${i}`);
          expect(times).toEqual([...times].sort((a, b) => a - b));
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['a clock that was put back an hour', [0, 1000, 2000, -HOUR + 3000, -HOUR + 4000]],
    ['an hour that is told twice', [-HOUR, -HOUR / 2, 0, -HOUR + 1, -HOUR / 2 + 1, 1]],
    ['a sensor that sends in disorder', [-9000, -7000, -8000, -100, -6000, -50, -300]],
    ['a time that stands still', [0, 0, 0]],
  ])('leaves %s as it is', (_, times) => {
    const burst = times.map((time, i) => toldAt('s', START + time, START + 10_000 + i));
    expect(inTimeOfTopics(burst)).toEqual(burst);
  });

  it('leaves messages where they are that tell no time, or one that cannot be true', () => {
    const [early, late] = [START - HOUR, START];
    const untold = [toldAt('n', late, START, false), toldAt('n', early, START + 1, false)];
    const asleep = [7000, 9000, 8000].map((time, i) => toldAt('w', time, START + i));
    const labels = [late, early].map((at) => ({
      message: headOf(messageOf('k', '1', START)),
      inputs: [labelOf('k', at)],
    }));
    const burst = [...untold, ...asleep, ...labels];
    expect(inTimeOfTopics(burst)).toEqual(burst);
    expect(inTimeOfTopics([])).toEqual([]);
  });
});
