import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { turnRing } from '../../../src/learner/carryOver/numbers.ts';
import { HISTORY_ROWS } from '../../../src/learner/history.ts';
import { COLUMNS, PAST } from '../../../src/learner/issuedColumns.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { readSnapshot } from '../../../src/model/restoreSnapshot.ts';
import type { StateArray } from '../../../src/model/stateIo.ts';
import { learnerSettings, noisySine, toHorizons, toSteps } from '../../support/series.ts';
import type { SettingsOverrides } from '../../support/settings.ts';

const ROWS = HISTORY_ROWS + 100;
const VALUES = noisySine(ROWS, 3, { period: 24 });
const STEPS = toSteps(VALUES);
const runs = { numRuns: Number(process.env['TIDEGATE_RUNS'] ?? 12) };

const slotOf = (row: number, steps: number): number => ((row % steps) + steps) % steps;

/** (steps, width): the ring of a learner that has lived through `rows` rows; that of row r has the number r, and rows that never were NaN. */
function ringAfter(rows: number, steps: number, width: number): Float64Array {
  const ring = new Float64Array(steps * width).fill(Number.NaN);
  for (let row = Math.max(0, rows - steps); row < rows; row++)
    ring.fill(row, (row % steps) * width, (row % steps) * width + width);
  return ring;
}

describe('turnRing', () => {
  it('puts each row where one of its age is after another number of rows, in a copy', () => {
    const count = fc.nat(200);
    fc.assert(
      fc.property(
        count,
        count,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        (from, to, h, width) => {
          const ring = ringAfter(from, h, width);
          const before = ring.slice();
          const turned = turnRing(ring, h, from, to);
          expect(ring).toEqual(before);
          for (let age = 0; age < h; age++) {
            const row = from - 1 - age;
            const at = slotOf(to - 1 - age, h) * width;
            expect([...turned.subarray(at, at + width)]).toEqual(Array(width).fill(row < 0 ? Number.NaN : row));
          }
        },
      ),
    );
  });
});

type Model = NonNullable<SettingsOverrides['model']>;

function learnerOf(horizons: readonly number[], model: Model, snapshot?: Uint8Array): StreamLearner {
  const settings = learnerSettings({
    horizons: toHorizons(...horizons),
    model: { hidden: 3, replayRows: 40, ...model },
  });
  return new StreamLearner(createPlainKernel(), settings, snapshot);
}

function live(learner: StreamLearner, from: number, to: number): void {
  for (const step of STEPS.slice(from, to)) learner.step(step);
}

function numbersOf(learner: StreamLearner): ReadonlyMap<string, StateArray> {
  return readSnapshot(learner.snapshot()).entries;
}

const number = (entries: ReadonlyMap<string, StateArray>, name: string): number =>
  (entries.get(name) as StateArray)[0] as number;

/** More than are lived through once more: else nothing has to be turned. */
const rows = fc.integer({ min: HISTORY_ROWS + 1, max: ROWS - 40 });
/** Ascending, as the configuration has them. */
const horizonsIn = (min: number, max: number): fc.Arbitrary<readonly number[]> =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 2 }).map((some) => some.sort((a, b) => a - b));
const horizons = horizonsIn(1, 14);
const more = horizonsIn(15, 30);

describe('rows that wait for their targets, where a horizon is added', () => {
  it('meet the targets that they are for: the linear model of a former horizon learns as if nothing had changed', () => {
    fc.assert(
      fc.property(rows, horizons, more, (count, former, added) => {
        const model: Model = { experts: ['last_value', 'linear'], replay: 0, replayRows: 0 };
        const old = learnerOf(former, model);
        live(old, 0, count);
        const grown = learnerOf([...former, ...added], model, old.snapshot());
        for (const learner of [old, grown]) live(learner, count, count + 40);
        const [was, is] = [old, grown].map(numbersOf) as [ReturnType<typeof numbersOf>, ReturnType<typeof numbersOf>];
        former.forEach((steps, k) => {
          for (const name of ['weights', 'P'])
            expect(is.get(`panel.linear.model${k}.${name}`), `${steps}`).toEqual(
              was.get(`panel.linear.model${k}.${name}`),
            );
          expect(is.get(`panel.linear.error${k}.numbers`)).toEqual(was.get(`panel.linear.error${k}.numbers`));
        });
      }),
      runs,
    );
  });

  it('keep their ages in the networks', () => {
    fc.assert(
      fc.property(rows, horizons, more, (count, former, added) => {
        const model: Model = { experts: ['last_value', 'lstm_direct'] };
        const old = learnerOf(former, model);
        live(old, 0, count);
        const grown = learnerOf([...former, ...added], model, old.snapshot());
        const [was, is] = [old, grown].map(numbersOf) as [ReturnType<typeof numbersOf>, ReturnType<typeof numbersOf>];
        const at = 'panel.lstm_direct';
        former.forEach((steps, k) => {
          const [before, after] = [was, is].map((each) => each.get(`${at}.pending${k}`) as Float64Array) as [
            Float64Array,
            Float64Array,
          ];
          expect(after).toEqual(turnRing(before, steps, number(was, `${at}.rows`), number(is, `${at}.rows`)));
        });
      }),
      runs,
    );
  });

  it('are at their place by the row count of the stream, of former horizons, new ones, and experts that are new', () => {
    fc.assert(
      fc.property(rows, horizons, more, (count, former, added) => {
        const old = learnerOf(former, { experts: ['linear'], replay: 0, replayRows: 0 });
        live(old, 0, count);
        const both: Model = { experts: ['last_value', 'linear'], replay: 0, replayRows: 0 };
        const all = [...former, ...added];
        const entries = numbersOf(learnerOf(all, both, old.snapshot()));
        const rowCount = (entries.get('row.moment') as StateArray)[9] as number;
        all.forEach((steps, k) => {
          const issued = entries.get(`horizon${k}.issued`) as Float64Array;
          const forecasts = entries.get(`horizon${k}.forecasts`) as Float64Array;
          for (let age = 0; age < steps; age++) {
            const slot = slotOf(rowCount - 1 - age, steps);
            const value = VALUES[count - 1 - age] as number;
            expect(issued[slot * COLUMNS + PAST], `${steps} rows, ${age} ago`).toBeCloseTo(value, 9);
            expect(forecasts[(slot * forecasts.length) / steps], `${steps} rows, ${age} ago`).toBeCloseTo(value, 9);
          }
        });
      }),
      runs,
    );
  });
});
