import * as v from 'valibot';
import type { PauseEnd } from '../../../domain/control.ts';
import { toEpochMs, toIsoTime } from '../../../domain/time.ts';
import { type BridgeCommand, command } from './command.ts';
import type { Desk } from './desk.ts';
import { fail, forTime, requireStream, stream, time } from './members.ts';

/** Streams with pauses of their own that an answer names. */
const MOST_NAMED = 100;
/** Longest name of a class, in UTF-16 units. */
const LONGEST_NAME = 100;
const HALF_CHARACTER = /\p{Cs}/u;

/** Pauses and resumes learning. */
export const learning: BridgeCommand = command({
  name: 'learning',
  about:
    'Lets the networks of all streams, or of one, rest or learn again. Forecasts and scores go on; scales, intervals, the linear model and the choice among experts follow the readings meanwhile. A pause outlives a restart.',
  gives:
    '`learning`: whether all streams learn; `until`: when the pause of all ends, null: when it is told to; `paused`: streams with pauses of their own and their ends, the first 100; `kept`: whether a restart keeps it',
  changes: true,
  takes: {
    value: v.pipe(
      v.union(
        [v.boolean(), v.picklist(['pause', 'resume', 'on', 'off'])],
        'expected pause, resume, or true (learns), false',
      ),
      v.transform((value) => value === true || value === 'resume' || value === 'on'),
      v.description('`pause` or `resume`; false and true are fine too'),
    ),
    stream: v.pipe(v.optional(stream), v.description('id of the stream; without it: all')),
    for: v.optional(forTime),
  },
  run({ value, stream: id, for: duration }, desk) {
    const { control } = desk;
    if (id !== undefined) requireStream(id, desk);
    if (value) {
      if (duration !== undefined) fail('TG_REQUEST_INVALID', 'for: only a pause has a duration');
      return stateOf(desk, control.learning.resume(id));
    }
    const end: PauseEnd = duration === undefined ? null : toEpochMs(control.now() + duration);
    try {
      return stateOf(desk, control.learning.pause(id, end));
    } catch (error) {
      if (error instanceof RangeError) return fail('TG_REQUEST_INVALID', error.message);
      throw error;
    }
  },
});

function stateOf({ control }: Desk, kept: boolean): object {
  const { all, streams } = control.learning.pauses;
  const paused = [...streams].slice(0, MOST_NAMED).map(([id, end]) => [id, textOf(end)]);
  return { learning: all === undefined, until: textOf(all ?? null), paused: Object.fromEntries(paused), kept };
}

function textOf(end: PauseEnd): string | null {
  return end === null ? null : toIsoTime(end);
}

/** Begins a stream anew. */
export const forget: BridgeCommand = command({
  name: 'forget',
  about: 'Forgets everything that a stream has learned, on the medium too. It begins anew with its next reading.',
  gives: '`stream`',
  changes: true,
  takes: { stream },
  async run({ stream: id }, desk) {
    requireStream(id, desk);
    const { submit, now } = desk.control;
    await submit({ kind: 'command', stream: id, at: now(), command: 'forget' });
    return { stream: id };
  },
});

/** Teaches a class. */
export const label: BridgeCommand = command({
  name: 'label',
  about:
    'Tells the class of the readings of a span, or of the last reading. It is learned like one that came on the topic of labels; what its learner refuses is counted under `dropped`.',
  gives: '`stream`, `label`, `from`, `to`',
  changes: true,
  takes: {
    stream,
    label: v.pipe(
      v.string('expected the name of a class as text'),
      v.minLength(1, 'must not be empty'),
      v.maxLength(LONGEST_NAME, `must not be longer than ${LONGEST_NAME} characters`),
      v.check(
        (text) => text.trim() === text && !HALF_CHARACTER.test(text),
        'must have no blanks around it, and no half characters',
      ),
      v.description('name of the class'),
    ),
    from: v.optional(time('start of the span; without it: its end')),
    to: v.optional(time('end of the span; without it: now')),
  },
  async run({ stream: id, label: name, from, to }, desk) {
    requireStream(id, desk);
    const { submit, now } = desk.control;
    const { classify } = desk.settingsOf(id);
    if (classify === undefined) return fail('TG_REQUEST_NO_CLASSES');
    if (classify.classes !== 'open' && !classify.classes.includes(name))
      return fail('TG_REQUEST_INVALID', 'label: is none of the classes of the stream');
    const at = now();
    const end = to ?? at;
    const start = from ?? end;
    if (start > end) return fail('TG_REQUEST_INVALID', 'from: is later than to');
    await submit({ kind: 'label', stream: id, at, from: start, to: end, label: name });
    return { stream: id, label: name, from: toIsoTime(start), to: toIsoTime(end) };
  },
});
