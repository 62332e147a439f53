import * as v from 'valibot';
import { type ClassifySettings, MOST_CLASSES } from '../../domain/streamSettings.ts';
import { duration } from '../scalars/durations.ts';
import { integer } from '../scalars/numbers.ts';
import { text } from '../scalars/text.ts';
import { option } from './about.ts';
import { span } from './span.ts';

const LONGEST_NAME = 100;
/** Longest window that is learned: what lies farther back cannot be told by it. */
const LONGEST_LAG = 96;
const CLASSES = `expected a list of 2 to ${MOST_CLASSES} names, or open`;

const names = v.pipe(
  v.array(text(LONGEST_NAME)),
  v.minLength(2, CLASSES),
  v.maxLength(MOST_CLASSES, CLASSES),
  v.check((list) => new Set(list).size === list.length, 'must name each class once'),
);
const classes = v.pipe(
  v.union([v.literal('open'), names], CLASSES),
  v.metadata({ kind: `open, or list of 2 to ${MOST_CLASSES} names` }),
);

const object = v.strictObject({
  classes: v.pipe(
    v.optional(classes, 'open'),
    option(
      'stream',
      'Classes',
      `Names of the classes that labels may have. \`open\`: each new name that a label brings becomes a class, ${MOST_CLASSES} at most. A name that stays in a changed list keeps what was learned of it.`,
    ),
  ),
  delay: v.pipe(
    v.optional(duration({ from: '1s', to: '7d' }), '2h'),
    option(
      'stream',
      'Delay',
      'A label may come so late and still be learned; at most 4,608 readings are kept for it. A label whose span ends farther ahead of the newest reading is refused.',
    ),
  ),
  longest_lag: v.pipe(
    v.optional(integer(2, LONGEST_LAG)),
    option(
      'stream',
      'Longest lag',
      'Readings that lie at most between the one that tells a class and the one that has it, where you know it: the memory is then made to last so long, and learns twice as often.',
      'readings',
    ),
  ),
  dwell: v.pipe(
    v.optional(span(1), 1),
    option(
      'stream',
      'Dwell',
      'A new class is published once it has been the most likely one for this long, or at once where its probability is 0.6 or more. 1: always at once.',
      'readings',
    ),
  ),
});

export const classifySchema: v.GenericSchema<unknown, ClassifySettings> = v.pipe(
  object,
  v.transform(
    (o): ClassifySettings => ({ classes: o.classes, delay: o.delay, longestLag: o.longest_lag, dwell: o.dwell }),
  ),
);
