import type { Report } from '../../domain/events.ts';
import type { Inbound } from '../../domain/sample.ts';
import type { TimeSettings } from '../../domain/streamSettings.ts';
import type { EpochMs, ZoneOffset } from '../../domain/time.ts';
import { compileFieldPath, type FieldPath, findField } from './fieldPath.ts';
import { readPayloadTime } from './payloadTime.ts';

/** Names under which devices send the time of a reading, the likeliest first. */
const TIME_NAMES: readonly string[] = ['time', 'timestamp', 'ts', 'Time', 'last_seen', 'received_at'];

/** A payload may lag its arrival by a device's buffer, and lead it by a clock that is slightly fast. */
const OLDEST_MS = 3_600_000;
const NEWEST_MS = 120_000;

/**
 * The moment of a field whose enclosing objects are `trail` (outermost first; empty: a plain text).
 * `bad-time`: the message says a time, but none that can be read, and the settings allow no other. `too-late`: it was
 * delivered too late to be learned as a reading of now.
 */
export type ReadSampleTime = (trail: readonly object[], message: Inbound) => EpochMs | 'bad-time' | 'too-late';

export interface SampleTimeOptions {
  readonly settings: TimeSettings;
  readonly zone: ZoneOffset;
  readonly report: Report;
}

/** Of one topic: whether an old time is a late delivery shows only beside the times before it. */
export function createSampleTime({ settings, zone, report }: SampleTimeOptions): ReadSampleTime {
  if (settings.from === 'arrival') return (_, message) => message.receivedAt;
  const path = settings.path === undefined ? undefined : compileFieldPath(settings.path);
  const clock = new SenderClock();
  let asked: Inbound | undefined;
  let reported: string[] = [];

  // Once per message and cause, not once per field.
  function replace(message: Inbound, cause: 'too-old' | 'in-future' | 'unreadable'): EpochMs {
    if (asked !== message) {
      asked = message;
      reported = [];
    }
    if (!reported.includes(cause)) {
      reported.push(cause);
      report({ type: 'TimeReplaced', topic: message.topic, cause });
    }
    return message.receivedAt;
  }

  return (trail, message) => {
    const { receivedAt } = message;
    const at = path === undefined ? searchTrail(trail, zone, receivedAt) : readAt(path, trail[0], zone, receivedAt);
    if (at === 'absent') return receivedAt;
    if (!settings.sanity) return at === 'unreadable' ? 'bad-time' : at;
    if (at === 'unreadable') return replace(message, 'unreadable');
    const isWrong = clock.isWrong(at, message);
    if (at < receivedAt - OLDEST_MS) return isWrong ? replace(message, 'too-old') : 'too-late';
    return at > receivedAt + NEWEST_MS ? replace(message, 'in-future') : at;
  };
}

/**
 * Tells a clock that is wrong from a delivery that is late: a wrong clock is off by as much as the last time, or stands
 * still. Before a second message nobody knows, and the clock is taken for wrong.
 */
class SenderClock {
  #message: Inbound | undefined;
  /** Time and distance from the arrival, of this message and of the one before. */
  #at: number = Number.NaN;
  #offset: number = Number.NaN;
  #lastAt: number = Number.NaN;
  #lastOffset: number = Number.NaN;

  isWrong(at: EpochMs, message: Inbound): boolean {
    if (this.#message !== message) {
      this.#message = message;
      this.#lastAt = this.#at;
      this.#lastOffset = this.#offset;
    }
    this.#at = at;
    this.#offset = at - message.receivedAt;
    if (Number.isNaN(this.#lastAt) || at === this.#lastAt) return true;
    return Math.abs(this.#offset - this.#lastOffset) <= NEWEST_MS;
  }
}

type Found = EpochMs | 'absent' | 'unreadable';

/** null stands for a clock that is not set yet (Shelly before NTP): absent, not unreadable. */
function readAt(path: FieldPath, root: object | undefined, zone: ZoneOffset, receivedAt: EpochMs): Found {
  const value = root === undefined ? undefined : findField(root, path, []);
  if (value === undefined || value === null) return 'absent';
  return readPayloadTime(value, zone, receivedAt) ?? 'unreadable';
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
      const at = readPayloadTime(value, zone, receivedAt);
      if (at !== undefined) return at;
      found = 'unreadable';
    }
  }
  return found;
}
