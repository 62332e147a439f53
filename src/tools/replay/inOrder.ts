import { TidegateError } from '../../domain/errors.ts';
import { type EpochMs, toEpochMs, type ZoneOffset } from '../../domain/time.ts';
import type { SeriesRow } from './seriesFile.ts';
import type { TimeFormat } from './times/timeFormat.ts';

/** A row with its time. */
export interface TimedRow {
  readonly row: SeriesRow;
  /** Number of rows before it in the file, in whatever order rows come. */
  readonly place: number;
  /** undefined: it has none that can be read. */
  readonly at: EpochMs | undefined;
}

export interface InOrderOptions {
  readonly file: string;
  /** undefined: rows are taken a minute apart. */
  readonly format: TimeFormat | undefined;
  readonly zone: ZoneOffset;
  /** Rows are held and sorted. */
  readonly sort: boolean;
}

/** Rows without a time are taken a minute apart. */
export const ROW_MS = 60_000;
/** Characters of rows that can be held to be sorted. */
const MOST_HELD = 256 * 1_048_576;
/** A clock that says the same time for longer is no coarse one. */
const COARSEST_MS = 60_000;
/** More rows of one time are no readings within a second. */
const MOST_AT_ONCE = 10_000;

/**
 * Rows with their times, in the order of time where that is asked for. A row without a time stays behind the one before it. Readings
 * within one tick of a coarse clock are spread over it; rows that say the same are left as they are.
 * @throws TidegateError TG_INPUT_INVALID where more has to be sorted than can be held
 */
export async function* inOrder(rows: AsyncIterable<SeriesRow>, options: InOrderOptions): AsyncGenerator<TimedRow> {
  yield* spread(options.sort ? sorted(rows, options) : timed(rows, options));
}

async function* timed(rows: AsyncIterable<SeriesRow>, { format, zone }: InOrderOptions): AsyncGenerator<TimedRow> {
  let previous = toEpochMs(0);
  let count = 0;
  for await (const row of rows) {
    count++;
    const at = row.fault === undefined ? timeOf(row, count, previous) : undefined;
    if (at !== undefined) previous = at;
    yield { row, place: count - 1, at };
  }

  /** The row before stands in for the arrival: it decides which of two equal local times in autumn is meant. */
  function timeOf(row: SeriesRow, number: number, before: EpochMs): EpochMs | undefined {
    if (row.time === undefined) return toEpochMs(number * ROW_MS);
    return format?.read(row.time.trim(), zone, before);
  }
}

async function* sorted(rows: AsyncIterable<SeriesRow>, options: InOrderOptions): AsyncGenerator<TimedRow> {
  const held: TimedRow[] = [];
  const keys: number[] = [];
  let [size, falls, rises] = [0, 0, 0];
  let key = Number.NEGATIVE_INFINITY;
  for await (const each of timed(rows, options)) {
    const before = key;
    key = each.at ?? key;
    if (key < before) falls++;
    else if (key > before) rises++;
    held.push(each);
    keys.push(key);
    size += each.row.value.length + (each.row.time?.length ?? 0) + 64;
    if (size > MOST_HELD)
      throw new TidegateError(
        'TG_INPUT_INVALID',
        `${options.file}: is not in the order of time, and too large to be sorted here`,
      );
  }
  const places = keys.map((_, place) => place);
  // Rows of one time keep their order, which is the other one in a file that has the newest first.
  if (falls > rises) places.reverse();
  places.sort((a, b) => (keys[a] as number) - (keys[b] as number));
  for (const place of places) yield held[place] as TimedRow;
}

async function* spread(rows: AsyncIterable<TimedRow>): AsyncGenerator<TimedRow> {
  let tick: TimedRow[] = [];
  let width: number = Number.NaN;
  for await (const each of rows) {
    const [first] = tick;
    if (first !== undefined && each.at !== undefined && each.at !== first.at) {
      width = each.at - (first.at as number);
      yield* apart(tick, width);
      tick = [];
    }
    if (each.at === undefined && tick.length === 0) yield each;
    else tick.push(each);
    if (tick.length >= MOST_AT_ONCE) {
      yield* tick;
      tick = [];
    }
  }
  yield* apart(tick, width);
}

/** @param width from their time to the next one, ms */
function* apart(tick: readonly TimedRow[], width: number): Generator<TimedRow> {
  const readings = tick.filter(({ at }) => at !== undefined);
  const isCoarse = readings.length > 1 && width > 0 && width <= COARSEST_MS && !saySame(readings);
  let i = 0;
  for (const each of tick) {
    if (!isCoarse || each.at === undefined) yield each;
    else yield { ...each, at: toEpochMs(each.at + (i++ * width) / readings.length) };
  }
}

function saySame(rows: readonly TimedRow[]): boolean {
  const [first] = rows.map(textOf);
  return rows.every((row) => textOf(row) === first);
}

const textOf = ({ row: { value, inputs } }: TimedRow): string => [value, ...inputs].join('\n');
