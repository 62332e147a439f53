import type { BenchTable } from '../bench/benchTables.ts';
import { atMost, type Bar, marked } from './bars.ts';
import { errorOf, lastValueError, widthAt } from './faultScore.ts';
import { CO2, HUMIDITY, type Kind, meanChange, NOISE, TEMPERATURE, TOTAL } from './faultSeries.ts';
import { live } from './life.ts';

const ROWS = 3000;
const AT = 2500;
const SOON = 100;
const LATER = 200;
/** MAE over that of the last value in the rows after a shift: never worse than to say that nothing changes. */
const OVER_LAST = 1.02;
/** A small shift looks like a large error at first: as quick as a mean of plain squares was. */
const SMALL_OVER_LAST = 1.11;
const WIDTH = 2.5;

interface Shift {
  readonly name: string;
  readonly kind: Kind;
  /** @param usual mean absolute change of the series @param first reading at the shift */
  readonly move: (reading: number, usual: number, first: number) => number;
  readonly isSmall?: boolean;
}

const SHIFTS: readonly Shift[] = [
  { name: 'temperature + 1,000 steps', kind: TEMPERATURE, move: (reading, usual) => reading + 1000 * usual },
  { name: 'temperature, °C to °F', kind: TEMPERATURE, move: (reading) => 1.8 * reading + 32 },
  { name: 'humidity + 1,000 steps', kind: HUMIDITY, move: (reading, usual) => reading + 1000 * usual },
  { name: 'total, reset to 0', kind: TOTAL, move: (reading, _, first) => reading - first },
  { name: 'total × 1.8 + 32', kind: TOTAL, move: (reading) => 1.8 * reading + 32 },
  { name: 'white noise + 1,000 steps', kind: NOISE, move: (reading, usual) => reading + 1000 * usual },
  { name: 'CO₂ + 10 steps', kind: CO2, move: (reading, usual) => reading + 10 * usual, isSmall: true },
];

/** Levels that move for good: the forecast goes along at once, and soon is as good and as sure as before. */
export function measureShifts(seed: number): { table: BenchTable; bars: readonly Bar[]; figures: object } {
  const results = SHIFTS.map((shift) => measure(shift, seed));
  return {
    table: {
      title: 'Levels that move for good: MAE / that of the last value, and width of the interval',
      columns: ['series, shift', `first ${SOON} rows`, `rows 15 to ${LATER}`, 'width 50 rows after/before'],
      rows: results.map(({ name, soon, later, width }) => [
        name,
        marked(soon.value.toFixed(3), [soon]),
        marked(later.value.toFixed(3), [later]),
        marked(width.value.toFixed(2), [width]),
      ]),
      notes: [`To reach: ≤ ${OVER_LAST}, after the small shift ≤ ${SMALL_OVER_LAST}; width ≤ ${WIDTH}.`],
    },
    bars: results.flatMap(({ soon, later, width }) => [soon, later, width]),
    figures: results,
  };
}

function measure({ name, kind, move, isSmall = false }: Shift, seed: number) {
  const series = kind.make(ROWS, seed);
  const usual = meanChange(series);
  const first = series[AT] as number;
  const life = live(series.map((reading, row) => (row < AT ? reading : move(reading, usual, first))));
  const ratio = (from: number, to: number): number => {
    const isAfter = (row: number): boolean => row >= AT + from && row < AT + to;
    return errorOf(life, isAfter) / lastValueError(life.values, isAfter);
  };
  return {
    name,
    soon: atMost(`${name}: MAE/last value at first`, ratio(0, SOON), isSmall ? SMALL_OVER_LAST : OVER_LAST),
    later: atMost(`${name}: MAE/last value`, ratio(15, LATER), OVER_LAST),
    width: atMost(`${name}: width`, widthAt(life, AT + 50) / widthAt(life, AT - 1), WIDTH),
  };
}
