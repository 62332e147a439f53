import { closeSync, openSync, writeSync } from 'node:fs';
import { TidegateError } from '../../../domain/errors.ts';
import { toDurationMs, toEpochMs, toIsoTime } from '../../../domain/time.ts';
import { SENSOR_TIME_START } from './demoSensors.ts';
import { createLaundry, type LaundryRow } from './laundry.ts';
import { createRandom } from './random.ts';

const PERIOD = toDurationMs(10_000);
/** Share of the readings whose phase is told. */
const TOLD = 0.05;
const HEADER = 'time,power,phase,label\n';
/** Rows that are written at once. */
const CHUNK = 1000;

/**
 * Writes a series of the washing machine as CSV, a reading each ten seconds: its power, the true phase, and in `label` the phase of
 * one reading in twenty. The same seed gives the same bytes.
 * @throws TidegateError TG_USAGE where the file is there already or cannot be written
 */
export function writeLaundry(file: string, rows: number, seed: number): void {
  const handle = open(file);
  try {
    writeSync(handle, HEADER);
    const laundry = createLaundry(createRandom(seed), PERIOD);
    const told = createRandom(seed + 1);
    for (let row = 0; row < rows; ) {
      let text = '';
      for (const end = Math.min(rows, row + CHUNK); row < end; row++) {
        const { power, phase } = (laundry.next() as IteratorYieldResult<LaundryRow>).value;
        const label = told.uniform() < TOLD ? phase : '';
        const at = toEpochMs(SENSOR_TIME_START + row * PERIOD);
        text += `${toIsoTime(at)},${power.toFixed(1)},${phase},${label}\n`;
      }
      writeSync(handle, text);
    }
  } finally {
    closeSync(handle);
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'wx');
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new TidegateError('TG_USAGE', `--csv: ${text}`);
  }
}
