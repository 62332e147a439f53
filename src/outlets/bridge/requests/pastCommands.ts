import * as v from 'valibot';
import { ALARM_VERDICTS, type AlarmEvidence, type PastAlarm } from '../../../domain/alarm.ts';
import type { Undone } from '../../../domain/control.ts';
import { StoreError } from '../../../domain/stateStore.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import { type EpochMs, toEpochMs, toIsoTime } from '../../../domain/time.ts';
import { type BridgeCommand, command } from './command.ts';
import type { Desk } from './desk.ts';
import { fail, requireStream, stream } from './members.ts';

const HOUR_MS = 3_600_000;
const YEAR_HOURS = 8760;
/** Streams that an answer names. */
const MOST_NAMED = 100;
const LONGEST_ID = 256;
const NOT_TAKEN = 'the medium takes nothing now';

/** Judges a past alarm, or one that goes on. */
export const verdict: BridgeCommand = command({
  name: 'verdict',
  about:
    'Tells what an alarm was. `normal`: the rows that are kept of it are learned again, and the same pattern leads to no alarm any more. `fault`: what was learned from its readings is undone, as far as what is kept reaches back, and nothing is learned from the same pattern when it comes again: it stays an alarm.',
  gives:
    '`stream`, `alarm`: its id, `verdict`; of a fault `omitted`: how many readings were undone; where they could not be, 0 and `reach`: from when on they could have been (null: not at all)',
  changes: true,
  takes: {
    stream,
    verdict: v.pipe(
      v.picklist(ALARM_VERDICTS, `expected ${ALARM_VERDICTS.join(' or ')}`),
      v.description('`normal`: it was no fault; `fault`: it was one'),
    ),
    alarm: v.pipe(
      v.optional(v.pipe(v.string('expected the id of an alarm'), v.maxLength(LONGEST_ID, 'is not the id of an alarm'))),
      v.description('id of the alarm; without it, or `last`: the newest of the stream'),
    ),
  },
  async run({ stream: id, verdict: judged, alarm: wanted = 'last' }, desk) {
    requireStream(id, desk);
    const alarm = desk.alarms.find(id, wanted) ?? fail('TG_REQUEST_NO_ALARM');
    if (judged === 'normal' && alarm.channel === 'limit')
      fail('TG_REQUEST_INVALID', 'the alarm is about the limits set for the stream: change `anomaly.range`');
    const evidence = await evidenceOf(alarm, desk);
    const { submit, now } = desk.control;
    const [from, to] = [alarm.start, alarm.end ?? now()];
    const undone = judged === 'fault' ? await undoAlarm(alarm, desk) : undefined;
    const known = { knownLow: alarm.knownLow ?? Number.NaN, knownHigh: alarm.knownHigh ?? Number.NaN };
    const order = { kind: 'command', command: 'judge', stream: id, at: now(), verdict: judged } as const;
    await submit({ ...order, from, to, evidence, ...known });
    desk.alarms.judge(alarm.id, judged);
    return { stream: id, alarm: alarm.id, verdict: judged, ...(undone && describe(undone)) };
  },
});

/** @throws RequestError where too little is known of the alarm */
async function evidenceOf(
  { stream: id, end, evidence, channel, y, yhat }: PastAlarm,
  desk: Desk,
): Promise<AlarmEvidence> {
  const found = evidence ?? (end === null ? (await desk.inspect(id))?.alarm : undefined);
  if (found !== undefined) return found;
  if (y === null) return fail('TG_REQUEST_NO_ALARM', 'too little is known of the alarm');
  const jump = Math.abs(y - (yhat ?? y));
  return { channel: channel ?? 'range', rows: 1, low: y, high: y, jump, still: 0, restless: 0, averages: [0, 0] };
}

/** The readings from the start of the alarm up to, and without, the one that ended it. */
async function undoAlarm({ stream: id, start, end }: PastAlarm, { control, settingsOf }: Desk): Promise<Undone> {
  if (control.undoing === undefined) return { kind: 'beyond', reach: undefined };
  const { every } = settingsOf(id).step;
  // A point of the grid has the readings before it.
  const from = toEpochMs(every === 'message' ? start : start - every + 1);
  const to = end === null ? control.now() : toEpochMs(end - 1);
  return (await orUndefined(control.undoing.omit(id, { from, to }))) ?? fail('TG_REQUEST_NOT_KEPT', NOT_TAKEN);
}

function describe(undone: Undone): object {
  if (undone.kind === 'done') return { omitted: undone.inputs };
  return { omitted: 0, reach: undone.kind === 'beyond' ? isoOf(undone.reach) : null };
}

/** Goes back. */
export const undo: BridgeCommand = command({
  name: 'undo',
  about:
    'Goes back to what was before the last hours: the stream goes on as one that never had the readings, labels and verdicts which came in them. Settings stay. It reaches back `state.keep_past` (three days), once a stream is so old and as far as `state.keep_past_size` is enough; it says so where it does not. Readings that came before are taken in again, from the last state before on: up to 500,000 of a stream.',
  gives:
    '`since`: the time that streams go back to; `undone`: streams and how many inputs of each are omitted; `beyond`: of all streams, those for which what is kept does not reach back so far, and from when on it does (null: not at all); `refused`: those for which the medium took nothing; of each the first 100',
  changes: true,
  takes: {
    hours: v.pipe(
      v.number('expected a number of hours'),
      v.check((hours) => hours > 0 && hours <= YEAR_HOURS, `expected a number above 0, up to ${YEAR_HOURS}`),
      v.description('how far to go back; 0.5 is half an hour'),
    ),
    stream: v.pipe(v.optional(stream), v.description('id of the stream; without it: all that are here')),
  },
  async run({ hours, stream: id }, desk) {
    const { undoing, now, streams } = desk.control;
    if (id !== undefined) requireStream(id, desk);
    if (undoing === undefined) return fail('TG_REQUEST_NOT_KEPT', 'nothing is kept: state.durability is none');
    const since = toEpochMs(now() - hours * HOUR_MS);
    const outcomes = new Map<StreamId, Undone>();
    const refused: StreamId[] = [];
    for (const each of id === undefined ? [...streams()] : [id]) {
      const undone = await orUndefined(undoing.undo(each, since));
      if (undone === undefined) refused.push(each);
      else outcomes.set(each, undone);
    }
    if (refused.length > 0 && outcomes.size === 0) return fail('TG_REQUEST_NOT_KEPT', NOT_TAKEN);
    const only = id === undefined ? undefined : outcomes.get(id);
    if (only?.kind === 'missed')
      return fail('TG_REQUEST_OUT_OF_REACH', 'what is kept went meanwhile; nothing was changed');
    if (only?.kind === 'beyond') return fail('TG_REQUEST_OUT_OF_REACH', wordsOf(only.reach));
    return { since: toIsoTime(since), ...listOf(outcomes), refused: refused.slice(0, MOST_NAMED) };
  },
});

/** @returns undefined where the medium takes nothing */
async function orUndefined(undone: Promise<Undone>): Promise<Undone | undefined> {
  try {
    return await undone;
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

function wordsOf(reach: EpochMs | undefined): string {
  return reach === undefined
    ? 'nothing is kept that the stream could go back to'
    : `what is kept of the stream reaches back to ${toIsoTime(reach)}; nothing was changed`;
}

function listOf(outcomes: ReadonlyMap<StreamId, Undone>): object {
  const undone = new Map<string, number>();
  const beyond = new Map<string, string | null>();
  for (const [id, outcome] of outcomes) {
    if (outcome.kind === 'done') undone.set(id, outcome.inputs);
    else if (outcome.kind === 'nothing') undone.set(id, 0);
    else beyond.set(id, outcome.kind === 'beyond' ? isoOf(outcome.reach) : null);
  }
  return { undone: firstOf(undone), beyond: firstOf(beyond) };
}

function firstOf<Value>(entries: ReadonlyMap<string, Value>): object {
  return Object.fromEntries([...entries].slice(0, MOST_NAMED));
}

function isoOf(reach: EpochMs | undefined): string | null {
  return reach === undefined ? null : toIsoTime(reach);
}
