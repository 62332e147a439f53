import type { Report } from '../../domain/events.ts';
import type { Notation } from '../../domain/notation.ts';
import type { ValidReadings } from '../../domain/validReadings.ts';
import { type FieldPath, findField } from './fieldPath.ts';
import { readJsonNumber } from './jsonNumber.ts';
import type { TextMap } from './numberText.ts';
import { showRefused } from './refusedValue.ts';
import { StreamUnit, type UnitNote } from './streamUnit.ts';

/** A further input, ready for any topic that its entry matches. */
export interface CompiledInput {
  readonly path: FieldPath;
  readonly map: TextMap | undefined;
  readonly valid: ValidReadings;
  /** That of now. */
  readonly notation: Notation;
}

/** The further inputs that stand in the same object as their target: NaN where one has no number there. */
export type ReadInputs = (root: object) => readonly number[];

/** A field that this number of messages in a row has lacked from the first on is more likely mistyped than rare. */
const FIRST_MESSAGES = 20;

/**
 * Reads the further inputs from the messages of one topic. One that is missing costs no sample: it is reported, because the
 * forecast goes on without it.
 * @param noteOf where the unit of each input is kept, by its path
 */
export function createInputReader(
  inputs: readonly CompiledInput[],
  topic: string,
  report: Report,
  noteOf: (path: string) => UnitNote | undefined = () => undefined,
): ReadInputs {
  const trail: object[] = [];
  const units = inputs.map(({ path }) => new StreamUnit({}, noteOf(path.text)));
  const wasSeen = inputs.map(() => false);
  let messages = 0;

  function read(input: CompiledInput, root: object, i: number): number {
    const { path, map, notation } = input;
    const value = findField(root, path, trail);
    const number = value === undefined ? 'no-field' : readJsonNumber(value, map, input, units[i]);
    if (number !== 'no-field') wasSeen[i] = true;
    if (typeof number === 'number') return number;
    const refused =
      number === 'no-field' || number === 'missing'
        ? undefined
        : showRefused(number, value, path.text, topic, notation);
    report({ type: 'InputMissing', topic, field: path.text, reason: number, ...refused });
    return Number.NaN;
  }

  return (root) => {
    const values = inputs.map((input, i) => read(input, root, i));
    if (messages < FIRST_MESSAGES && ++messages === FIRST_MESSAGES)
      for (const [i, { path }] of inputs.entries())
        if (!wasSeen[i]) report({ type: 'InputNeverSeen', topic, field: path.text, messages });
    return values;
  };
}
