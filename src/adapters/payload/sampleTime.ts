import type { Report } from '../../domain/events.ts';
import type { Inbound, Origin } from '../../domain/sample.ts';
import type { TimeSettings } from '../../domain/streamSettings.ts';
import { type EpochMs, toEpochMs, type ZoneOffset } from '../../domain/time.ts';
import { compileFieldPath, type FieldPath, findField } from './fieldPath.ts';
import { readPayloadTime } from './payloadTime.ts';

/** Names under which devices send the time of a reading, the likeliest first. */
const TIME_NAMES: readonly string[] = ['time', 'timestamp', 'ts', 'Time', 'last_seen', 'received_at'];

/** The time of a field, as its message tells it. */
export interface SampleTime {
  readonly at: EpochMs;
  /** undefined: the settings take any time for certain. */
  readonly origin: Origin | undefined;
}

/**
 * The moment of a field whose enclosing objects are `trail` (outermost first; empty: a plain text). Whether it can be true is
 * judged later, beside the other samples of its stream. `bad-time`: the message says a time, but none that can be read, and the
 * settings allow no other.
 */
export type ReadSampleTime = (trail: readonly object[], message: Inbound) => SampleTime | 'bad-time';

export interface SampleTimeOptions {
  /** Asked for each field. */
  readonly settingsOf: () => TimeSettings;
  readonly zone: ZoneOffset;
  readonly report: Report;
}

export function createSampleTime({ settingsOf, zone, report }: SampleTimeOptions): ReadSampleTime {
  let compiled: FieldPath | undefined;
  let unreadable: Inbound | undefined;

  function compile(path: string): FieldPath {
    if (compiled?.text !== path) compiled = compileFieldPath(path);
    return compiled;
  }

  // Once per message, not once per field.
  function reportUnreadable(message: Inbound): void {
    if (unreadable === message) return;
    unreadable = message;
    report({ type: 'TimeReplaced', topic: message.topic, cause: 'unreadable' });
  }

  return (trail, message) => {
    const { receivedAt } = message;
    const { from, path, sanity } = settingsOf();
    if (from === 'arrival') return untold(message);
    const at =
      path === undefined ? searchTrail(trail, zone, receivedAt) : readAt(compile(path), trail[0], zone, receivedAt);
    if (at === 'absent') return untold(message);
    if (at !== 'unreadable') return { at, origin: sanity ? told(message) : undefined };
    if (!sanity) return 'bad-time';
    reportUnreadable(message);
    return untold(message);
  };
}

/** Whole milliseconds: a told time needs no finer one beside it, and the journal writes them in two bytes. */
function told(message: Inbound): Origin {
  return { arrival: toEpochMs(Math.floor(message.receivedAt)), isTold: true, isBacklog: isBacklog(message) };
}

function untold(message: Inbound): SampleTime {
  const { receivedAt } = message;
  return { at: receivedAt, origin: { arrival: receivedAt, isTold: false, isBacklog: isBacklog(message) } };
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
