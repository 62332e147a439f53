import * as v from 'valibot';
import type { NotationRule } from '../../domain/notation.ts';
import { choice } from '../scalars/choice.ts';
import { option } from './about.ts';

type Parse = NotationRule['parse'];
type Decimal = NotationRule['decimal'];

interface NotationEntries {
  readonly parse: v.GenericSchema<Parse, Parse>;
  readonly decimal: v.GenericSchema<Decimal, Decimal>;
}

const PARSES = choice(['strict', 'lenient']);
const MARKS = choice(['auto', 'point', 'comma']);

const PARSE_HELP =
  '`strict`: a text is a number where it is nothing else. `lenient`: also with a unit behind it, a decimal comma, and marks between thousands: `21.5 °C`, `21,5`, `1 210,5`. The unit of the first reading, or the one that the device declares, is that of the stream: `950 W` among kW is 0.95, and `3 kWh` is refused.';
const DECIMAL_HELP =
  'The mark before the decimals in texts. `auto`: with `parse: lenient` each text tells, and one that could be two numbers (`1,210`) is none. `comma`: `1,210` is 1.21, also with `parse: strict`.';

/** Options of a stream: the way in which it writes numbers in texts. */
export const notationEntries: NotationEntries = {
  parse: v.pipe(v.optional(PARSES, 'strict'), option('live', 'Parse', PARSE_HELP)),
  decimal: v.pipe(v.optional(MARKS, 'auto'), option('live', 'Decimal mark', DECIMAL_HELP)),
};

/** The same of a field or an input, which has that of its entry by default. */
export const notationRuleEntries: NotationEntries = {
  parse: v.pipe(v.optional(PARSES), v.description(PARSE_HELP)),
  decimal: v.pipe(v.optional(MARKS), v.description(DECIMAL_HELP)),
};
