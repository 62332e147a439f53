import { exp } from '../../kernel/math/exp.ts';
import { parameterCount } from '../../kernel/parameterLayout.ts';
import { secantShares } from '../../kernel/plain/secantShares.ts';
import { NO_LABEL } from '../../model/labelBlock.ts';
import type { SnapshotContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import { arrayOf, floatsOf, numberOf } from '../carryOver/numbers.ts';
import type { LearnerSchema } from '../carryOver/schema.ts';
import { INPUTS_PER_FIELD } from '../classify/classInputs.ts';
import { logOdds } from './answers.ts';
import { carriedOutputs } from './carriedOutputs.ts';
import { type ClassRows, readClassRows } from './classRows.ts';
import { type NoProbe, type Probe, splitShares } from './probe.ts';

const NET = 'classes.judge.experts.net';
/** Inputs of one field, as `ClassInputs` has them. */
const FIELD_INPUTS = ['level', 'logarithm', '1 row ago', '2 rows ago', '3 rows ago', 'time since a jump'] as const;
const WITHOUT_MEMORY = 'model without memory';

/** Names of the classes; undefined: the stream has none. */
export function classesIn({ entries }: SnapshotContents): readonly string[] | undefined {
  const bytes = entries.get('classes.names');
  if (!(bytes instanceof Uint8Array)) return undefined;
  const names = parse(bytes);
  const isList = Array.isArray(names) && names.every((name) => typeof name === 'string');
  if (!isList) throw new SnapshotError('damaged', 'the names of the classes cannot be read');
  return names;
}

/** undefined: no JSON. */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * Shares of past rows in the log odds of a stream's present class, by the network that judges it.
 * @param wanted rows that are looked at, at least, where they are kept
 * @throws SnapshotError where what is kept is damaged
 */
export function probeClass(contents: SnapshotContents, schema: LearnerSchema, wanted: number): Probe | NoProbe {
  const names = classesIn(contents) ?? [];
  if (names.length < 2) return 'no-classes';
  const { entries } = contents;
  const C = names.length;
  const D = (1 + schema.exogenous) * INPUTS_PER_FIELD;
  // The state before its only row, and after it.
  const H = arrayOf(entries, `${NET}.h`).length / 2;
  const rows = readClassRows(contents, { inputSize: D, classes: C, hiddenSize: H }, wanted);
  if (rows === undefined) return 'no-rows';
  const shape = { cell: schema.cell, inputSize: D + C, headInputSize: C, hiddenSize: H, outputSize: C, rows: 1 };
  const weights = floatsOf(entries, `${NET}.weights`, parameterCount(shape));
  const y = carriedOutputs(weights, shape, newestHidden(contents, H), newestInputs(rows, D));
  const isPublished = rows.published !== NO_LABEL;
  const place = isPublished ? rows.published : y.indexOf(Math.max(...y));
  if (place >= C) throw new SnapshotError('damaged', `class ${place} of ${C} is published`);
  const answer = logOdds(place);
  const carried = answer.of(y);
  const shares = secantShares(weights, shape, { ...rows, headX: rows.logP }, answer);
  return {
    answer: { kind: 'class', label: names[place], isPublished, probability: 1 / (1 + exp(-carried)) },
    at: rows.times[rows.times.length - 1],
    carried,
    ...splitShares(shares, rows.times, namesOf(schema), WITHOUT_MEMORY),
  };
}

/** (H): of the state after the newest row; before any row, of the first state. */
function newestHidden({ entries }: SnapshotContents, H: number): Float32Array {
  const at = Math.min(1, numberOf(entries, `${NET}.rowCount`)) * H;
  return floatsOf(entries, `${NET}.h`, 2 * H).subarray(at, at + H);
}

/** (D + C) */
function newestInputs({ x, logP }: ClassRows, D: number): Float64Array {
  return Float64Array.of(...x.subarray(x.length - D), ...logP);
}

/** (D) */
function namesOf({ exogenous, inputNames }: LearnerSchema): readonly string[] {
  const others = Array.from({ length: exogenous }, (_, i) => inputNames?.[i] ?? `input ${i + 1}`);
  return ['value', ...others].flatMap((field) => FIELD_INPUTS.map((name) => `${field}, ${name}`));
}
