import type { NamedInput, NoMemory, Probe } from '../../domain/memoryProbe.ts';
import type { NetShape } from '../../kernel/kernel.ts';
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
import { splitShares } from './probe.ts';

const NET = 'classes.judge.experts.net';
/** Inputs of one field, as `ClassInputs` has them, and their groups of the reading's own. */
const FIELD_INPUTS: readonly (readonly [name: string, group: string])[] = [
  ['level', 'level of this reading'],
  ['logarithm', 'level of this reading'],
  ['1 row ago', 'readings before it'],
  ['2 rows ago', 'readings before it'],
  ['3 rows ago', 'readings before it'],
  ['time since a jump', 'time since a jump'],
];
const WITHOUT_MEMORY = { name: 'model without memory', group: 'model without memory' };

/** The network that judges the class of a stream, with the newest rows that it has judged. */
export interface ClassWindow {
  readonly shape: NetShape;
  /** (P) */ readonly weights: Float32Array;
  readonly rows: ClassRows;
  /** (C): logits of now. */ readonly y: Float64Array;
  /** The class that is explained: its place, and its name. */
  readonly place: number;
  readonly label: string;
  readonly isPublished: boolean;
}

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
 * Reads the network of the classes, and its rows.
 * @param wanted rows that are looked at, at least, where they are kept
 * @throws SnapshotError where what is kept is damaged
 */
export function readClassWindow(
  contents: SnapshotContents,
  schema: LearnerSchema,
  wanted: number,
): ClassWindow | NoMemory {
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
  return { shape, weights, rows, y, place, label: names[place], isPublished };
}

/** Shares of past rows in the log odds of a stream's present class, by the network that judges it. */
export function explainClass(window: ClassWindow, schema: LearnerSchema): Probe {
  const { shape, weights, rows, y, place, label, isPublished } = window;
  const answer = logOdds(place);
  const carried = answer.of(y);
  const shares = secantShares(weights, shape, { ...rows, headX: rows.logP }, answer);
  return {
    answer: { kind: 'class', label, isPublished, probability: 1 / (1 + exp(-carried)) },
    at: rows.times[rows.times.length - 1],
    carried,
    ...splitShares(shares, rows.times, inputsOf(schema), WITHOUT_MEMORY),
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
function inputsOf({ exogenous, inputNames }: LearnerSchema): readonly NamedInput[] {
  const others = Array.from({ length: exogenous }, (_, i) => inputNames?.[i] ?? `input ${i + 1}`);
  const own = FIELD_INPUTS.map(([name, group]) => ({ name: `value, ${name}`, group }));
  return [
    ...own,
    ...others.flatMap((field) => FIELD_INPUTS.map(([name]) => ({ name: `${field}, ${name}`, group: field }))),
  ];
}
