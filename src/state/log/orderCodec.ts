import { ALARM_CHANNELS, ALARM_VERDICTS, type AlarmEvidence } from '../../domain/alarm.ts';
import type { Command, CommandName, Omission, VerdictOrder } from '../../domain/streamInput.ts';
import { toEpochMs } from '../../domain/time.ts';
import type { BatchBytes } from './batchBytes.ts';
import { ADOPTIONS_FORMAT, RESTLESS_FORMAT, VERDICTS_FORMAT } from './batchFormat.ts';
import { BatchError, type BatchReader } from './batchReader.ts';

const NUMBERS = { forget: 1, omit: 2, judge: 3, adopt: 4 } as const satisfies Record<CommandName, number>;

/** Numbers of a verdict: its span, its measures, and the range that was known; and how restless the readings were, where they were. */
const VERDICT_NUMBERS = 11;
const RESTLESS_NUMBERS = 12;

type Head = Pick<Command, 'kind' | 'stream' | 'at'>;

/** Writes which command it is, and its own fields. */
export function writeOrder(out: BatchBytes, order: Command): void {
  if (order.command === 'adopt') out.useFormat(ADOPTIONS_FORMAT);
  else if (order.command !== 'forget') out.useFormat(VERDICTS_FORMAT);
  out.byte(NUMBERS[order.command]);
  switch (order.command) {
    case 'forget':
    case 'adopt':
      break;
    case 'omit':
      out.double(order.first);
      out.double(order.last);
      break;
    case 'judge':
      writeVerdict(out, order);
      break;
    default:
      order satisfies never;
  }
}

/** Reads what `writeOrder` has written. @throws BatchError */
export function readOrder(from: BatchReader, head: Head): Command {
  const number = from.byte();
  if (number === NUMBERS.forget) return { ...head, command: 'forget' };
  from.requireFormat(VERDICTS_FORMAT);
  if (number === NUMBERS.omit) return readOmission(from, head);
  if (number === NUMBERS.judge) return readVerdict(from, head);
  if (number === NUMBERS.adopt) {
    from.requireFormat(ADOPTIONS_FORMAT);
    return { ...head, command: 'adopt' };
  }
  throw new BatchError(`unknown command ${number}`);
}

function readOmission(from: BatchReader, head: Head): Omission {
  const [first, last] = [from.double(), from.double()];
  if (!(first >= 0 && last >= first)) throw new BatchError('an omission without a place');
  return { ...head, command: 'omit', first, last };
}

function writeVerdict(out: BatchBytes, { verdict, from, to, evidence, knownLow, knownHigh }: VerdictOrder): void {
  const { channel, rows, low, high, jump, still, restless, averages } = evidence;
  const isRestless = !Object.is(restless, 0);
  if (isRestless) out.useFormat(RESTLESS_FORMAT);
  out.byte(ALARM_VERDICTS.indexOf(verdict));
  out.byte(ALARM_CHANNELS.indexOf(channel));
  out.doubles([
    from,
    to,
    rows,
    low,
    high,
    jump,
    still,
    ...averages,
    knownLow,
    knownHigh,
    ...(isRestless ? [restless] : []),
  ]);
}

function readVerdict(from: BatchReader, head: Head): VerdictOrder {
  const verdict = ALARM_VERDICTS[from.byte()];
  const channel = ALARM_CHANNELS[from.byte()];
  if (verdict === undefined || channel === undefined) throw new BatchError('a verdict on an unknown channel');
  const numbers = from.byte();
  if (numbers === RESTLESS_NUMBERS) from.requireFormat(RESTLESS_FORMAT);
  else if (numbers !== VERDICT_NUMBERS) throw new BatchError('a verdict with other numbers');
  const next = (): number => from.double();
  const [start, end] = [toEpochMs(next()), toEpochMs(next())];
  const [rows, low, high, jump, still] = [next(), next(), next(), next(), next()];
  const averages = [next(), next()] as const;
  const known = { knownLow: next(), knownHigh: next() };
  const restless = numbers === RESTLESS_NUMBERS ? next() : 0;
  const evidence: AlarmEvidence = { channel, rows, low, high, jump, still, restless, averages };
  return { ...head, command: 'judge', verdict, from: start, to: end, evidence, ...known };
}
