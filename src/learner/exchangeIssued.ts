import type { StateIo } from '../model/stateIo.ts';
import { ANSWER, COLUMNS, DOUBT, HALF_WIDTH, LOWER, MIXED, PAST, PUBLISHED, STAKE, UPPER } from './issuedColumns.ts';

/** (h, 4) of format 2: mix, published, half-width, reading at the time. */
const COLUMNS_2 = 4;
/**
 * (h, 10) of format 3: mix; answer without the edges and within them; which of the two was the answer; its bounds; reading at the
 * time; half-width; what was published; what it does not teach.
 */
const COLUMNS_3 = 10;

/** Saves or restores what a horizon has issued and what still waits for its target; translates older formats. */
export function exchangeIssued(io: StateIo, issued: Float64Array, steps: number): void {
  if (io.version < 3) adopt(io, issued, { steps, columns: COLUMNS_2, translate: fromFormat2 });
  else if (io.version < 4) adopt(io, issued, { steps, columns: COLUMNS_3, translate: fromFormat3 });
  else io.array('issued', issued);
}

interface Translation {
  readonly steps: number;
  readonly columns: number;
  readonly translate: (old: Float64Array, row: Float64Array) => void;
}

function adopt(io: StateIo, issued: Float64Array, { steps, columns, translate }: Translation): void {
  const old = new Float64Array(steps * columns).fill(Number.NaN);
  io.array('issued', old);
  for (let slot = 0; slot < steps; slot++) {
    const row = issued.subarray(slot * COLUMNS, (slot + 1) * COLUMNS);
    translate(old.subarray(slot * columns, (slot + 1) * columns), row);
  }
}

function fromFormat2(old: Float64Array, row: Float64Array): void {
  const [mixed, answer, halfWidth, past] = old as unknown as readonly [number, number, number, number];
  row.fill(answer);
  row[MIXED] = mixed;
  row[STAKE] = 0;
  row[LOWER] = answer - halfWidth;
  row[UPPER] = answer + halfWidth;
  row[PAST] = past;
  row[HALF_WIDTH] = halfWidth;
  row[DOUBT] = 0;
}

function fromFormat3(old: Float64Array, row: Float64Array): void {
  const [mixed, free, , answer, lower, upper, past, halfWidth, published, doubt] =
    old as unknown as readonly number[] & {
      readonly length: 10;
    };
  row[MIXED] = mixed as number;
  row[ANSWER] = answer as number;
  row[STAKE] = doubt === 0 ? (answer as number) - (free as number) : 0;
  row[LOWER] = lower as number;
  row[UPPER] = upper as number;
  row[PAST] = past as number;
  row[HALF_WIDTH] = halfWidth as number;
  row[PUBLISHED] = published as number;
  row[DOUBT] = doubt as number;
}
