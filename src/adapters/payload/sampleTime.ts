import type { Report } from '../../domain/events.ts';
import type { Inbound } from '../../domain/sample.ts';
import type { SampleRow } from '../../domain/sampleRow.ts';
import type { TimeSettings } from '../../domain/streamSettings.ts';
import { type EpochMs, toEpochMs, type ZoneOffset } from '../../domain/time.ts';
import { compileFieldPath, type FieldPath, findField } from './fieldPath.ts';
import type { Intake } from './intake.ts';
import { readPayloadTime } from './payloadTime.ts';
import { type Keys, keysOf } from './quickKey.ts';

/** Names under which devices send the time of a reading, the likeliest first. */
const TIME_NAMES: readonly string[] = ['time', 'timestamp', 'ts', 'Time', 'last_seen', 'received_at'];

/**
 * Gives the next row of the intake the moment of a field whose enclosing objects are `trail` (outermost first; empty: a plain text). Whether it
 * can be true is judged later, beside the other samples of its stream. Without an origin the settings take any time for certain.
 * @returns false where the message says a time, but none that can be read, and the settings allow no other
 */
export type ReadSampleTime = (trail: readonly object[], intake: Intake) => boolean;

const NO_NAMES: readonly string[] = [];
const NO_KEYS = keysOf(NO_NAMES);
const TIME_KEYS = keysOf(TIME_NAMES);

/** Keys of a flat object by which it may tell a time; undefined: that cannot be said by its keys. */
export function timeNamesOf({ from, path }: TimeSettings): readonly string[] | undefined {
  if (from === 'arrival') return NO_NAMES;
  return path === undefined ? TIME_NAMES : undefined;
}

/** The same, as bytes. */
export function timeKeysOf({ from, path }: TimeSettings): Keys | undefined {
  if (from === 'arrival') return NO_KEYS;
  return path === undefined ? TIME_KEYS : undefined;
}

export interface SampleTimeOptions {
  /** Asked for each field. */
  readonly settingsOf: () => TimeSettings;
  readonly zone: ZoneOffset;
  readonly report: Report;
}

export function createSampleTime({ settingsOf, zone, report }: SampleTimeOptions): ReadSampleTime {
  let compiled: FieldPath | undefined;
  /** Number of the last message whose time could not be read. */
  let unreadable = 0;

  function compile(path: string): FieldPath {
    if (compiled?.text !== path) compiled = compileFieldPath(path);
    return compiled;
  }

  // Once per message, not once per field.
  function reportUnreadable({ number, message }: Intake): void {
    if (unreadable === number) return;
    unreadable = number;
    report({ type: 'TimeReplaced', topic: message.topic, cause: 'unreadable' });
  }

  return (trail, intake) => {
    const { message, row } = intake;
    const { receivedAt } = message;
    const { from, path, sanity } = settingsOf();
    if (from === 'arrival') return setUntold(row, message);
    const at =
      path === undefined ? searchTrail(trail, zone, receivedAt) : readAt(compile(path), trail[0], zone, receivedAt);
    if (at === 'absent') return setUntold(row, message);
    if (at !== 'unreadable') return setTold(row, at, sanity ? message : undefined);
    if (!sanity) return false;
    reportUnreadable(intake);
    return setUntold(row, message);
  };
}

/** Does the same for a moment that the format of the message tells by itself. */
export function tellTime(at: EpochMs, { message, row }: Intake, { from, sanity }: TimeSettings): void {
  if (from === 'arrival') setUntold(row, message);
  else setTold(row, at, sanity ? message : undefined);
}

/** @param message undefined: the time is certain. Whole milliseconds: a told time needs no finer one beside it, and the journal writes them in two bytes. */
function setTold(row: SampleRow, at: EpochMs, message: Inbound | undefined): true {
  row.at = at;
  if (message === undefined) row.origin = undefined;
  else row.setOrigin(toEpochMs(Math.floor(message.receivedAt)), true, isBacklog(message));
  return true;
}

function setUntold(row: SampleRow, message: Inbound): true {
  const { receivedAt } = message;
  row.at = receivedAt;
  row.setOrigin(receivedAt, false, isBacklog(message));
  return true;
}

function isBacklog({ receipt }: Inbound): boolean {
  return receipt?.isBacklog === true;
}

type Found = EpochMs | 'absent' | 'unreadable';

/** null stands for a clock that is not set yet (Shelly before NTP): absent, not unreadable. */
function readAt(path: FieldPath, root: object | undefined, zone: ZoneOffset, receivedAt: EpochMs): Found {
  const value = root === undefined ? undefined : findField(root, path, []);
  if (value === undefined || value === null) return 'absent';
  return readPayloadTime(value, zone, receivedAt) ?? 'unreadable';
}

const TIME_OF_DAY = /^\d\d:\d\d/;

/** `{"date":"2026-11-23","time":"08:12:31"}` */
function readTimeOfDay(
  value: string | number,
  { date, Date: named }: Readonly<Record<string, unknown>>,
  zone: ZoneOffset,
  receivedAt: EpochMs,
): EpochMs | undefined {
  const day = date ?? named;
  if (typeof value !== 'string' || typeof day !== 'string' || !TIME_OF_DAY.test(value)) return undefined;
  return readPayloadTime(`${day}T${value}`, zone, receivedAt);
}

/** The nearest enclosing object that tells a readable time; objects and booleans of these names are something else. */
function searchTrail(trail: readonly object[], zone: ZoneOffset, receivedAt: EpochMs): Found {
  let found: Found = 'absent';
  for (let level = trail.length - 1; level >= 0; level--) {
    const holder = trail[level] as Readonly<Record<string, unknown>>;
    for (const name of TIME_NAMES) {
      if (!Object.hasOwn(holder, name)) continue;
      const value = holder[name];
      if (typeof value !== 'number' && typeof value !== 'string') continue;
      const at = readPayloadTime(value, zone, receivedAt) ?? readTimeOfDay(value, holder, zone, receivedAt);
      if (at !== undefined) return at;
      found = 'unreadable';
    }
  }
  return found;
}
