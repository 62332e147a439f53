import * as v from 'valibot';
import { narrowNotation, STRICT_NOTATION } from '../../domain/notation.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { InputRule, StreamSpec } from '../../domain/streamSpec.ts';
import { ANY_READING, narrowValid } from '../../domain/validReadings.ts';
import { duration, parseDuration } from '../scalars/durations.ts';
import { fieldPath } from '../scalars/fieldPath.ts';
import { integer, numberWithin } from '../scalars/numbers.ts';
import { pathItem } from '../scalars/pathItem.ts';
import { about, option } from './about.ts';
import { anomalySchema } from './anomalySchema.ts';
import { classifySchema } from './classifySchema.ts';
import { fieldsSchema } from './fieldsSchema.ts';
import { gapOf, gapSchema } from './gapSchema.ts';
import { MAX_HORIZON_STEPS, MAX_HORIZONS, resolveHorizons } from './horizons.ts';
import { inputsSchema } from './inputsSchema.ts';
import { learnEntries, toLearnSettings } from './learnSchema.ts';
import { modelSchema } from './modelSchema.ts';
import { notationEntries } from './notationSchema.ts';
import { publishSchema, toPublishSettings } from './publishSchema.ts';
import * as sourceOptions from './sourceSchema.ts';
import { streamName as id } from './streamName.ts';
import { timeSchema } from './timeSchema.ts';
import { topicFilter } from './topicFilter.ts';
import { faultOfValid, validSchema } from './validSchema.ts';

const STEP = { from: '10ms', to: '1d', orWord: 'message' };
const step = v.pipe(
  v.union([v.literal('message'), duration(STEP)], `expected message, or a duration such as 30s or 5m`),
  v.metadata({ kind: `message, or duration, ${STEP.from} to ${STEP.to}` }),
);

const HORIZON = `expected a number of steps from 1 to ${MAX_HORIZON_STEPS}, or a duration such as 15m or 1h`;
const horizon = v.union(
  [
    integer(1, MAX_HORIZON_STEPS),
    v.pipe(
      v.string(),
      v.check((text) => parseDuration(text) !== undefined, HORIZON),
    ),
  ],
  HORIZON,
);
const horizons = v.pipe(
  v.array(horizon),
  v.minLength(1, 'name at least one horizon'),
  v.maxLength(MAX_HORIZONS, `at most ${MAX_HORIZONS} horizons`),
  v.metadata({ kind: `list of integers, 1 to ${MAX_HORIZON_STEPS}, or durations` }),
);

const optionEntries = {
  step: v.pipe(
    v.optional(step, 'message'),
    option('stream', 'Step', '`message`: each message is one step of the memory. A duration: a fixed grid in time.'),
  ),
  gap: v.pipe(
    v.optional(gapSchema, {}),
    about('Gaps', 'When a silent sensor counts as missing, and when its memory begins anew.'),
  ),
  horizons: v.pipe(
    v.optional(horizons, [1]),
    option(
      'stream',
      'Horizons',
      'How far ahead to forecast: in steps, or in time where `step` is a duration (a multiple of it).',
    ),
  ),
  interval: v.pipe(
    v.optional(numberWithin(0.5, 0.99), 0.9),
    option('stream', 'Interval', 'Share of readings that shall fall into the published interval.'),
  ),
  min_samples: v.pipe(
    v.optional(integer(0, 1_000_000), 200),
    option(
      'stream',
      'Least samples',
      'Samples to learn from before a stream is active and has an anomaly score.',
      'samples',
    ),
  ),
  anomaly: v.pipe(
    v.optional(anomalySchema, {}),
    about('Anomaly', 'What counts as an anomaly. May be changed at any time: nothing that was learned depends on it.'),
  ),
  ...learnEntries,
  classify: v.pipe(
    v.optional(classifySchema),
    about(
      'Classify',
      'Judges the class of each reading by all that came before, taught by labels that may come late and for few readings only. Forecasts are the same with and without it.',
    ),
  ),
  valid: v.pipe(
    v.optional(validSchema, {}),
    about(
      'Valid',
      'Which values are readings. Any other is missing: counted as `not-valid`, never learned from, never scored. Forecasts and their intervals keep within `min` and `max`. A field may have a `valid` of its own.',
    ),
  ),
  ...notationEntries,
  time: v.pipe(v.optional(timeSchema, {}), about('Time', 'Which time a reading has.')),
  publish: v.pipe(v.optional(publishSchema, {}), about('Publish', 'How results are published.')),
  model: v.pipe(v.optional(modelSchema, {}), about('Model', 'The network and how it learns.')),
};

const optionsObject = v.strictObject(optionEntries);
const streamObject = v.strictObject({
  topic: v.pipe(
    topicFilter,
    option(
      'stream',
      'Topic',
      'MQTT topic to listen to; `+` stands for one level, `#` for all that follow. Each topic and field becomes a stream.',
    ),
  ),
  id: v.pipe(
    v.optional(id),
    option(
      'stream',
      'Id',
      'Name of the stream in our own topics, where the topic has no wildcard. Without it: topic and field.',
    ),
  ),
  fields: v.pipe(
    v.optional(fieldsSchema, 'auto'),
    option(
      'stream',
      'Fields',
      'What to read in a message. `auto`: a plain number, else every number in the JSON but for housekeeping such as `linkquality`.',
    ),
  ),
  target: v.pipe(
    v.optional(fieldPath()),
    option('stream', 'Target', 'Short for one field; not together with `fields`.'),
  ),
  inputs: v.pipe(
    v.optional(inputsSchema),
    option(
      'stream',
      'Inputs',
      'Other fields of the same message that help to forecast the `target` (an outdoor temperature, a valve, whether someone is there), best of all ones that move before it does. At most 16; written as `fields`, also with `path` and `map`. A message that lacks one still counts: what it last was is kept, with its age.',
    ),
  ),
  source: sourceOptions.source,
  booleans: sourceOptions.booleans,
  rebirth: sourceOptions.rebirth,
  keepalive: sourceOptions.keepalive,
  device_topics: sourceOptions.deviceTopics,
  by: sourceOptions.by,
  ...optionEntries,
});

type OptionValues = v.InferOutput<typeof optionsObject>;
type StreamValues = v.InferOutput<typeof streamObject>;

/** `defaults:` — every option is looked at by itself, because a stream may still change its companion. */
export const defaultsSchema: v.GenericSchema<unknown, unknown> = optionsObject;

/** The options of one stream, defaults merged in already. */
export const settingsSchema: v.GenericSchema<unknown, StreamSettings> = v.pipe(
  optionsObject,
  v.rawTransform(({ dataset, addIssue, NEVER }) => toSettings(dataset.value, addIssue) ?? NEVER),
);

/** One entry of `streams:`, defaults merged in already. */
export const streamSchema: v.GenericSchema<unknown, StreamSpec> = v.pipe(
  streamObject,
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { topic, id, fields, target, inputs = [], source, booleans, rebirth, keepalive, by } = dataset.value;
    const settings = toSettings(dataset.value, addIssue);
    if (settings === undefined || !checkFields(dataset.value, settings, addIssue)) return NEVER;
    return {
      id,
      topic,
      fields: target === undefined ? fields : [{ path: target, name: undefined, map: undefined, valid: undefined }],
      inputs,
      labels: dataset.value.classify?.labels,
      source: source && { dialect: source, booleans, rebirth, keepalive, deviceTopics: dataset.value.device_topics },
      by,
      settings: { ...settings, exogenous: inputs.length, ...(inputs.length > 0 && { inputNames: inputs.map(nameOf) }) },
    };
  }),
);

const nameOf = ({ name, path }: InputRule): string => name ?? path;

type AddIssue = (issue: { readonly message: string; readonly path: [v.ObjectPathItem, ...v.ObjectPathItem[]] }) => void;

/** Puts together what depends on more than one option; undefined after it has reported what does not fit. */
function toSettings(o: OptionValues, addIssue: AddIssue): StreamSettings | undefined {
  const resolved = resolveHorizons(o.horizons, o.step);
  if ('fault' in resolved)
    addIssue({ message: resolved.fault, path: [pathItem(o, 'horizons'), pathItem(o.horizons, resolved.index)] });
  const gapAfter = gapOf(o.step, o.gap);
  if (gapAfter === undefined)
    addIssue({ message: 'must not be shorter than the step', path: [pathItem(o, 'gap'), pathItem(o.gap, 'after')] });
  const valid = narrowValid(ANY_READING, o.valid);
  const wrongBounds = faultOfValid(valid);
  if (wrongBounds !== undefined) addIssue({ message: wrongBounds, path: [pathItem(o, 'valid')] });
  if ('fault' in resolved || gapAfter === undefined || wrongBounds !== undefined) return undefined;
  return {
    step: { every: o.step, gapAfter },
    horizons: resolved,
    interval: o.interval,
    minSamples: o.min_samples,
    anomaly: o.anomaly,
    learning: toLearnSettings(o),
    valid,
    notation: narrowNotation(STRICT_NOTATION, o),
    classify: o.classify?.settings,
    exogenous: 0,
    resetAfter: o.gap.reset_after,
    time: o.time,
    publish: toPublishSettings(o.publish, resolved),
    model: o.model,
  };
}

/** True where the bounds that fields have of their own go with those of the entry; reports where they do not. */
function checkFields(o: StreamValues, { valid }: StreamSettings, addIssue: AddIssue): boolean {
  if (o.fields === 'auto') return true;
  let isFine = true;
  for (const { name, valid: own } of o.fields) {
    const fault = own === undefined || name === undefined ? undefined : faultOfValid(narrowValid(valid, own));
    if (fault === undefined || name === undefined) continue;
    addIssue({ message: fault, path: [pathItem(o, 'fields'), pathItem(o.fields, name), pathItem({}, 'valid')] });
    isFine = false;
  }
  return isFine;
}
