import { readIsoTime, type WrittenTime } from '../../../adapters/payload/isoTime.ts';

/** Parts of a moment as they were found in a text; the date as numbers, the rest as written. */
export interface MomentParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Default: midnight. */
  readonly hour?: string | undefined;
  readonly minute?: string | undefined;
  readonly second?: string | undefined;
  readonly fraction?: string | undefined;
  /** `a` or `p` of a clock of twelve hours. */
  readonly half?: string | undefined;
  /** `Z`, `UTC`, `GMT` or an offset as in ISO 8601. */
  readonly zone?: string | undefined;
}

const DAY_MS = 86_400_000;

/** The moment, by the rules of ISO 8601: days that the calendar does not have are none. Hour 24 is midnight at the end of the day. */
export function toWrittenTime(parts: MomentParts): WrittenTime | undefined {
  const { year, month, day, minute = '00', second = '00', fraction = '0', zone = '' } = parts;
  const hour = hourOf(parts);
  if (hour === undefined) return undefined;
  const isEndOfDay = hour === 24 && /^0*$/.test(`${minute}${second}${fraction}`);
  const clock = `${two(isEndOfDay ? 0 : hour)}:${minute}:${second}.${fraction}`;
  const offset = /^(?:UTC|GMT)$/i.test(zone) ? 'Z' : zone;
  const written = readIsoTime(`${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock}${offset}`);
  return written && isEndOfDay ? { ...written, localMs: written.localMs + DAY_MS } : written;
}

function hourOf({ hour = '0', half }: MomentParts): number | undefined {
  const number = Number(hour);
  if (half === undefined) return number;
  if (number < 1 || number > 12) return undefined;
  return (number % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

const two = (number: number): string => String(number).padStart(2, '0');
