import type { Step } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { toDurationMs, toEpochMs } from '../../domain/time.ts';
import { fromFloat16 } from '../../model/float16.ts';
import { HISTORY_ROWS } from '../history.ts';
import { halfAt, rowsOf } from './carryMemory.ts';
import { ageOf, inputKeys, levelOf, memoryFeatures } from './names.ts';
import { arrayOf, type LearnerNumbers, numberOf } from './numbers.ts';
import type { LearnerSchema } from './schema.ts';

/** Columns of the observation's `moment`. */
const AT = 3;
const LOCAL = 4;
const SECOND = 1000;
const NO_STREAM = '' as StreamId;

/**
 * The rows kept of a stream, oldest first, as steps for a learner of another schema: times and values from the history, and the other
 * fields of the message from the replay memory, as far as that reaches. A row without a reading is one that did not change.
 */
export function keptRows({ schema, entries }: LearnerNumbers, to: LearnerSchema): readonly Step[] {
  const count = numberOf(entries, 'row.history.count');
  const next = numberOf(entries, 'row.history.next');
  const values = arrayOf(entries, 'row.history.value');
  const times = timesOf(entries, next, count);
  const moment = arrayOf(entries, 'row.moment');
  const zoneOffset = toDurationMs(moment[LOCAL] - moment[AT]);
  const inputs = inputsOf({ schema, entries }, to);
  const rows: Step[] = [];
  for (let age = count - 1; age >= 0; age--) {
    const value = values[slotOf(next, age)];
    rows.push({ stream: NO_STREAM, at: toEpochMs(times[age]), zoneOffset, value, inputs: inputs.map((of) => of(age)) });
  }
  return rows;
}

/** (count) by age, ms. The history keeps whole seconds: where they fit to the usual interval, rows are exactly that far apart. */
function timesOf(entries: LearnerNumbers['entries'], next: number, count: number): readonly number[] {
  const seconds = arrayOf(entries, 'row.history.at');
  const interval = arrayOf(entries, 'row.cadence.numbers')[1];
  const times = [arrayOf(entries, 'row.moment')[AT]];
  for (let age = 1; age < count; age++) {
    const regular = times[age - 1] - interval;
    const kept = seconds[slotOf(next, age)] * SECOND;
    times.push(Math.abs(kept - regular) < SECOND ? regular : kept);
  }
  return times;
}

function slotOf(next: number, age: number): number {
  return (((next - 1 - age) % HISTORY_ROWS) + HISTORY_ROWS) % HISTORY_ROWS;
}

type InputAt = (age: number) => number;
const UNKNOWN: InputAt = () => Number.NaN;

/** Each other field of the message as its standardised level tells it: in its own deviations of today. */
function inputsOf(old: LearnerNumbers, to: LearnerSchema): readonly InputAt[] {
  const { schema, entries } = old;
  const memory = rowsOf(old);
  const before = inputKeys(schema, to);
  const features = memoryFeatures(schema, before);
  return inputKeys(to, schema).map((key) => {
    const input = before.indexOf(key);
    if (memory === undefined || input < 0) return UNKNOWN;
    const mean = numberOf(entries, `row.exogenous.input${input}.mean`);
    const deviation = Math.sqrt(numberOf(entries, `row.exogenous.input${input}.variance`));
    const level = features.indexOf(levelOf(key));
    const staleness = features.indexOf(ageOf(key));
    return (age) => {
      const isMissing = fromFloat16(halfAt(memory, age, staleness) ?? 1) > 0;
      return isMissing ? Number.NaN : mean + deviation * fromFloat16(halfAt(memory, age, level) as number);
    };
  });
}
