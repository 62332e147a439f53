import * as v from 'valibot';
import { ANY_READING, narrowValid, type ValidReadings, type ValidRule } from '../../domain/validReadings.ts';
import { option } from './about.ts';

const MOST_FAULTS = 64;
const NUMBER = "expected a number in the sensor's unit";
const LIST = 'expected a number, or a list of numbers such as [-127, 85]';

const number = v.pipe(v.number(NUMBER), v.finite(NUMBER), v.metadata({ kind: 'number' }));
const faults = v.pipe(
  v.array(number),
  v.minLength(1, 'name at least one number'),
  v.maxLength(MOST_FAULTS, `at most ${MOST_FAULTS} numbers`),
);

const rule = {
  min: v.pipe(v.optional(number), option('stream', 'Least', "Lowest value that is a reading, in the sensor's unit.")),
  max: v.pipe(v.optional(number), option('stream', 'Most', "Highest value that is a reading, in the sensor's unit.")),
  not: v.pipe(
    v.optional(
      v.pipe(
        v.union([number, faults], LIST),
        v.metadata({ kind: 'number, or list of numbers' }),
        v.transform((not): readonly number[] => (typeof not === 'number' ? [not] : not)),
      ),
    ),
    option(
      'stream',
      'Not',
      'Values by which the sensor says that it has none: `[-127, 85]` for a DS18B20, `[65535]` for a 16-bit register. Compared as numbers: 85 is also 85.0.',
    ),
  ),
};

const ruleObject = v.strictObject(rule);

/** `valid` of a field or an input. */
export const validRuleSchema: v.GenericSchema<unknown, ValidRule> = ruleObject;

/** `valid` among the options of a stream. Faults are passed over where a message is decoded; the learner knows only the bounds. */
export const validSchema: v.GenericSchema<unknown, ValidRule> = v.strictObject({
  ...rule,
  not: v.pipe(rule.not, v.metadata({ applies: 'live' })),
});

/** The fault of the bounds of a field, entry and field put together. */
export function faultOfValid({ min, max }: ValidReadings): string | undefined {
  return min < max ? undefined : `min must be below max, here ${min} and ${max}`;
}

/** `valid` of an input, which has no options to inherit from. */
export const inputValidSchema: v.GenericSchema<unknown, ValidRule> = v.pipe(
  ruleObject,
  v.check(
    (rule) => faultOfValid(narrowValid(ANY_READING, rule)) === undefined,
    (issue) => faultOfValid(narrowValid(ANY_READING, issue.input)) as string,
  ),
);
