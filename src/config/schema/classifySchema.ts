import * as v from 'valibot';
import { type ClassifySettings, MOST_CLASSES } from '../../domain/streamSettings.ts';
import type { LabelRule } from '../../domain/streamSpec.ts';
import { duration } from '../scalars/durations.ts';
import { fieldPath } from '../scalars/fieldPath.ts';
import { integer } from '../scalars/numbers.ts';
import { text } from '../scalars/text.ts';
import { option } from './about.ts';
import { span } from './span.ts';
import { topicFilter } from './topicFilter.ts';

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

/** Texts that may stand for a class: several may mean one. */
const MOST_TEXTS = 256;
const classMap = v.pipe(
  v.record(v.string(), text(LONGEST_NAME)),
  v.minEntries(1, 'name at least one text and its class, as in {ON: wash}'),
  v.maxEntries(MOST_TEXTS, `at most ${MOST_TEXTS} texts`),
  v.metadata({ kind: 'text: class' }),
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
  label_topic: v.pipe(
    v.optional(topicFilter),
    option(
      'stream',
      'Label topic',
      'MQTT topic of the labels: a select, a button, another program. It has the same wildcards as `topic`, in the same order: with `plug/+/power` and `programme/+`, `programme/washer` labels the streams of `plug/washer/power`. All `fields` of the entry get the label; of `auto` the stream that has the name of the topic. A message that the broker kept (retained) is none: it was counted when it came.',
    ),
  ),
  label_path: v.pipe(
    v.optional(fieldPath()),
    option(
      'stream',
      'Label path',
      'Where the class is in a JSON message. Without it the payload itself is the name of the class.',
    ),
  ),
  map: v.pipe(
    v.optional(classMap),
    option(
      'stream',
      'Map',
      'Classes for the texts, numbers and booleans of label messages, as in {ON: wash, OFF: idle}. Any other text is then `label-unknown`. Without it each text is the name of a class.',
    ),
  ),
  from: v.pipe(
    v.optional(fieldPath()),
    option(
      'stream',
      'From',
      'Where the first moment is in a JSON label message, written as any time of a reading. A message without it is for one moment.',
    ),
  ),
  to: v.pipe(
    v.optional(fieldPath()),
    option(
      'stream',
      'To',
      'Where the last moment is. A message without it is for the moment that it tells, as a reading does, or for its arrival.',
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

export interface ClassifyOptions {
  readonly settings: ClassifySettings;
  /** undefined: no labels come over MQTT. */
  readonly labels: LabelRule | undefined;
}

export const classifySchema: v.GenericSchema<unknown, ClassifyOptions> = v.pipe(
  object,
  v.transform(
    (o): ClassifyOptions => ({
      settings: { classes: o.classes, delay: o.delay, longestLag: o.longest_lag, dwell: o.dwell },
      labels:
        o.label_topic === undefined
          ? undefined
          : { topic: o.label_topic, path: o.label_path, map: o.map, from: o.from, to: o.to },
    }),
  ),
);
