import { stackOf } from '../adapters/host/sourcePlaces.ts';
import type { DomainEvent, Report } from '../domain/events.ts';
import { type Clock, type EpochMs, isRepresentable, toDurationMs, toIsoTime } from '../domain/time.ts';
import { Counters } from './counters.ts';
import { rowOf } from './eventTable.ts';
import { LatencyMeter } from './latencyMeter.ts';
import type { Log, LogFields } from './log.ts';
import { createRateLimit } from './rateLimit.ts';

const MINUTE = toDurationMs(60_000);
const DAY = toDurationMs(86_400_000);
/** Lines in a minute of an event that has one for each time that it happens. */
const MOST_OF_EACH = 30;

export interface Telemetry {
  readonly report: Report;
  readonly counters: Counters;
  /** Time from readings to their forecasts. */
  readonly latency: LatencyMeter;
}

/** Turns events into counters and log lines, each by its row of the event table. */
export function createTelemetry({ log, clock }: { readonly log: Log; readonly clock: Clock }): Telemetry {
  const counters = new Counters();
  const limit = createRateLimit({ clock, quiet: MINUTE, largest: 256 });
  // Each sensor may have a line or two here, which stay in use for a day.
  const daily = createRateLimit({ clock, quiet: DAY, largest: 1024 });
  // A broker that ends each connection at once must not fill the disk of the log.
  const burst = createRateLimit({ clock, quiet: MINUTE, largest: 256, most: MOST_OF_EACH });
  const report: Report = (event) => {
    const { count, line } = rowOf(event);
    count?.(counters, event);
    if (line === null) return;
    const level = typeof line.level === 'string' ? line.level : line.level(event);
    // A line that this level does not show must not hold back one that it does.
    const kind = `${level} ${event.type}`;
    const limited = line.quiet === 'day' ? daily : limit;
    const suppressed = line.key === 'each' ? burst(kind, '') : limited(kind, line.key(event));
    if (suppressed < 0) return;
    const text = typeof line.text === 'string' ? line.text : line.text(event);
    log[level](text, { ...factsOf(event), suppressed: suppressed > 0 ? suppressed : undefined });
  };
  return { report, counters, latency: new LatencyMeter() };
}

/** Facts that have another name in the log: one with its unit, and one whose name the log line itself has. */
const LOG_NAMES: Readonly<Record<string, string>> = {
  retryIn: 'retry_in_s',
  silence: 'silence_s',
  after: 'after_s',
  level: 'overload_level',
};
/** Facts that are durations, which are told in seconds. */
const DURATIONS: ReadonlySet<string> = new Set(['retryIn', 'silence', 'after']);

/** An event's own facts, flat, named as in all that is published (`moved_aside`). What is absent is left out, but for what was thrown. */
function factsOf(event: DomainEvent): Record<string, LogFields[string]> {
  const facts: Record<string, LogFields[string]> = {};
  for (const [name, value] of Object.entries(event)) {
    if (name !== 'type' && (value !== undefined || name === 'error')) facts[nameOf(name)] = toFact(name, value);
  }
  return facts;
}

/** `isByPlace` is told as `by_place`. */
function nameOf(name: string): string {
  const own = LOG_NAMES[name];
  if (own !== undefined) return own;
  const bare = name.replace(/^(?:is|are)(?=[A-Z])/, '');
  return bare.replace(/[A-Z]/g, (letter, place) => `${place > 0 ? '_' : ''}${letter.toLowerCase()}`);
}

function toFact(name: string, value: unknown): LogFields[string] {
  if (name === 'at' && isRepresentable(Number(value))) return toIsoTime(value as EpochMs);
  if (DURATIONS.has(name)) return Number(value) / 1000;
  if (value instanceof Error) return stackOf(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}
