import type { BenchTable } from '../bench/benchTables.ts';
import { atLeast, atMost, type Bar, marked } from './bars.ts';

/** Readings of a series, without those before the first score. */
const FIRST = 200;
const YOUNG = 3000;
export const ROWS = 33_000;

/** Rows at which alarms start, one list a seed. */
export interface HarmlessAlarms {
  readonly name: string;
  readonly starts: readonly (readonly number[])[];
  /** Nothing ever changes in it. */
  readonly isConstant: boolean;
}

/** Readings that one alarm comes in. */
const LEAST_YOUNG = 2500;
const LEAST_LATER = 5000;
/** Alarms of a battery that falls from 100 to 74 % within 6,000 readings. */
const MOST_OF_BATTERY = 3;

/** Rate of alarms that start where nothing has happened. */
export function harmlessTable(kinds: readonly HarmlessAlarms[]): { table: BenchTable; bars: readonly Bar[] } {
  const seeds = kinds[0]?.starts.length ?? 0;
  const young = count(kinds, FIRST, YOUNG);
  const later = count(kinds, YOUNG, ROWS);
  const rates = [
    atLeast('harmless series: readings an alarm, 200 to 3,000', oneIn(kinds, FIRST, YOUNG), LEAST_YOUNG),
    atLeast('harmless series: readings an alarm, 3,000 to 33,000', oneIn(kinds, YOUNG, ROWS), LEAST_LATER),
  ];
  const never = kinds
    .filter(({ isConstant }) => isConstant)
    .map((kind) => atMost(`${kind.name}: alarms`, count([kind], 0, ROWS), 0));
  const rows = kinds.map((kind) => [
    kind.name,
    String(count([kind], FIRST, YOUNG)),
    rateText([kind], FIRST, YOUNG),
    String(count([kind], YOUNG, ROWS)),
    rateText([kind], YOUNG, ROWS),
  ]);
  const [first, second] = rates as [Bar, Bar];
  const total = [
    'all',
    String(young),
    marked(rateText(kinds, FIRST, YOUNG), [first]),
    String(later),
    marked(rateText(kinds, YOUNG, ROWS), [second]),
  ];
  const table = {
    title: `Harmless series, ${kinds.length} kinds, ${seeds} seeds: alarms that start`,
    columns: ['kind', 'readings 200 to 3,000', 'one in', 'the next 30,000', 'one in'],
    rows: [...rows, total],
    notes: [
      `To reach, over all kinds: one alarm in ≥ ${LEAST_YOUNG} readings up to reading 3,000 and in ≥ ${LEAST_LATER} after it; none where nothing changes.`,
    ],
  };
  return { table, bars: [...rates, ...never] };
}

/** A battery that loses 26 per cent one by one. @param starts one list a seed */
export function batteryBar(starts: readonly (readonly number[])[]): Bar {
  return atMost(
    'battery from 100 to 74 % in 6,000 readings: alarms of the worst seed',
    Math.max(...starts.map(({ length }) => length)),
    MOST_OF_BATTERY,
  );
}

function count(kinds: readonly HarmlessAlarms[], from: number, to: number): number {
  const all = kinds.flatMap(({ starts }) => starts.flat());
  return all.filter((row) => row >= from && row < to).length;
}

/** Readings over alarms; as if there had been one where there was none. */
function oneIn(kinds: readonly HarmlessAlarms[], from: number, to: number): number {
  const series = kinds.reduce((sum, { starts }) => sum + starts.length, 0);
  return ((to - from) * series) / Math.max(1, count(kinds, from, to));
}

function rateText(kinds: readonly HarmlessAlarms[], from: number, to: number): string {
  return count(kinds, from, to) === 0 ? '' : oneIn(kinds, from, to).toFixed(0);
}
