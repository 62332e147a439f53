import * as v from 'valibot';
import { type DurationMs, toDurationMs } from '../../domain/time.ts';

const DURATION = /^(0|[1-9]\d{0,14})(ms|s|m|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `250ms`, `30s`, `15m`, `1h`, `2d`: a whole number and one unit, nothing between. undefined: not a duration. */
export function parseDuration(text: string): DurationMs | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const ms = Number(match[1]) * UNIT_MS[match[2]];
  return Number.isSafeInteger(ms) ? toDurationMs(ms) : undefined;
}

export interface DurationRange {
  readonly from: string;
  readonly to: string;
  /** The meaning of a plain 0, where it is allowed. */
  readonly zero?: string;
  /** A word that the option takes beside durations, for the message. */
  readonly orWord?: string;
}

/** An option that is a duration within a range, given as text in the file and in milliseconds to the program. */
export function duration(range: DurationRange): v.GenericSchema<string | 0, DurationMs> {
  const { from, to, zero, orWord } = range;
  const least = parseDuration(from) as number;
  const most = parseDuration(to) as number;
  const orZero = zero === undefined ? '' : ` or 0 (${zero})`;
  const message = `expected ${orWord === undefined ? '' : `${orWord}, or `}a duration from ${from} to ${to}${orZero}, written like 250ms, 30s, 15m, 1h or 2d`;
  const text = v.pipe(v.string(message), v.regex(DURATION, message));
  const written: v.GenericSchema<string | 0> = zero === undefined ? text : v.union([text, v.literal(0)], message);
  return v.pipe(
    written,
    v.metadata({ kind: `duration, ${from} to ${to}${orZero}` }),
    v.transform((value) => toDurationMs(value === 0 ? 0 : (parseDuration(value) ?? -1))),
    v.check((ms) => (ms >= least && ms <= most) || (ms === 0 && zero !== undefined), message),
  );
}
