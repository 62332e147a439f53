import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { Stream } from '../../../../../src/outlets/page/site/data/stream.ts';
import { type Arrangement, arrange } from '../../../../../src/outlets/page/site/views/overview/arrange.ts';
import {
  columnsFor,
  heightOf,
  linesInView,
  linesOf,
} from '../../../../../src/outlets/page/site/views/overview/windowOf.ts';
import { fixtureStreams, streamAnswer } from '../../../../e2e/page/fixtureStreams.ts';

const NOW = Date.UTC(2026, 2, 12);
const streams = fixtureStreams(8, NOW).map(
  (stream, i) =>
    new Stream(
      {
        ...streamAnswer({ ...stream, isAlarm: i === 5 }),
        silent: i === 2,
        state: i === 3 ? 'learning' : 'active',
      },
      NOW,
    ),
);
const PLAIN: Arrangement = { query: '', order: 'name', filter: 'all', now: NOW };

test.each<[Partial<Arrangement>, readonly string[]]>([
  [{ query: 'PUMP vib' }, ['pump7', 'pump7_1']],
  [{ query: 'nothing' }, []],
  [{ filter: 'alarm' }, ['washer']],
  [{ filter: 'silent' }, ['fridge_plug']],
  [{ filter: 'silent', now: NOW + 3_600_000, query: 'office' }, ['office']],
  [{ filter: 'learning' }, ['solar']],
  [{ filter: 'degraded' }, []],
  [{ order: 'strange', query: 'w' }, ['washer', 'fridge_plug']],
  [{ order: 'skill', query: 'pump' }, ['pump7', 'pump7_1']],
])('finds and orders streams: %o', (changes, devices) => {
  const groups = arrange(streams, { ...PLAIN, ...changes });
  expect(groups.flatMap((group) => group.streams.map(({ device }) => device))).toEqual(devices);
});

it('has a group for each device in the order of devices', () => {
  const groups = arrange(streams, { ...PLAIN, order: 'device' });
  expect(groups.map(({ heading }) => heading)).toEqual([
    'fridge_plug',
    'livingroom',
    'livingroom_1',
    'office',
    'pump7',
    'pump7_1',
    'solar',
    'washer',
  ]);
});

it('lays out every card once, and has in view all that the window shows', () => {
  const sizes = fc.array(fc.record({ size: fc.nat(30), hasHeading: fc.boolean() }), { maxLength: 8 });
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 100, max: 3000 }),
      fc.nat(8000),
      fc.integer({ min: 200, max: 1500 }),
      (groups, width, above, height) => {
        const lines = linesOf(groups, columnsFor(width));
        const places = lines.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
        expect(places).toEqual(Array.from({ length: groups.reduce((sum, { size }) => sum + size, 0) }, (_, i) => i));
        expect(lines.filter(({ count }) => count === 0)).toHaveLength(
          groups.filter(({ hasHeading }) => hasHeading).length,
        );
        const inView = new Set(linesInView(lines, above, height));
        for (const line of lines) {
          if (line.top < above + height && line.top + line.height > above) expect(inView.has(line)).toBe(true);
          expect(line.top + line.height).toBeLessThanOrEqual(heightOf(lines));
        }
        expect(inView.size).toBeLessThan(3 + (height + 800) / 28);
      },
    ),
  );
});
