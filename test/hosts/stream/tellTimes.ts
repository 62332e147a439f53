import { from } from 'rxjs';
import type { DomainEvent } from '../../../src/domain/events.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import { type DurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { Timeline } from '../../../src/hosts/stream/timeline.ts';
import { sampleOf } from '../../pipeline/samples.ts';
import { inTimeOrder } from './operators.ts';

export const SECOND = 1000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;
/** When the tests begin. */
export const START: number = Date.UTC(2026, 2, 10, 12);

/** A message: what it tells, when it came, and whether the broker may have kept it. */
export interface Told {
  /** undefined: it tells no time. */
  readonly time: number | undefined;
  readonly arrival: number;
  readonly isBacklog?: boolean;
  /** Default: its number. */
  readonly value?: number;
}

interface Learned {
  readonly at: number;
  readonly value: number;
  readonly late: boolean;
}

export interface Outcome {
  readonly learned: readonly Learned[];
  /** Reasons of drops, and causes of replacements. */
  readonly dropped: readonly string[];
  readonly replaced: readonly string[];
  readonly setBack: number;
}

/** A sample as the decoder makes it. */
function toldSample({ time, arrival, isBacklog = false, value = 0 }: Told): Sample {
  const isTold = time !== undefined;
  const origin = { arrival: toEpochMs(isTold ? Math.floor(arrival) : arrival), isTold, isBacklog };
  return { ...sampleOf('hall', time ?? arrival, value), origin };
}

interface JudgeOptions {
  readonly maxAge?: number;
  /** The timeline is kept and brought back there. */
  readonly cut?: number;
  /** More may follow. */
  readonly isOpen?: boolean;
}

/** Verdicts on messages of one stream; each is a reading of its own. */
export function judge(messages: readonly Told[], options: JudgeOptions = {}): Outcome {
  const { maxAge = HOUR, cut = 0, isOpen = false } = options;
  const events: DomainEvent[] = [];
  const learned: Learned[] = [];
  let timeline = new Timeline();
  const samples = messages.map((message, i) => toldSample({ value: i, ...message }));
  const pass = (some: readonly Sample[], isKept: boolean): void => {
    const report = (event: DomainEvent): void => void events.push(event);
    from(some)
      .pipe(inTimeOrder({ report, timeline, isKept, maxAge: () => maxAge as DurationMs }))
      .subscribe(({ at, value, late = false }) => learned.push({ at, value, late }));
  };
  pass(samples.slice(0, cut), true);
  const saved: unknown = JSON.parse(JSON.stringify(timeline.save()));
  timeline = new Timeline();
  timeline.load(saved);
  pass(samples.slice(cut), isOpen);
  return {
    learned,
    dropped: events.flatMap((event) => (event.type === 'InputDropped' ? [event.reason] : [])),
    replaced: events.flatMap((event) => (event.type === 'TimeReplaced' ? [event.cause] : [])),
    setBack: events.filter(({ type }) => type === 'ClockSetBack').length,
  };
}

interface LiveOptions {
  readonly from?: number;
  readonly offset?: number;
}

/** Messages that come when they are sent, one each `every` ms, from a clock with a constant error. */
export function live(count: number, every: number, options: LiveOptions = {}): Told[] {
  const { from: start = START, offset = 0 } = options;
  return Array.from({ length: count }, (_, i) => ({
    time: start + i * every + offset,
    arrival: start + i * every + 300,
  }));
}

export const timesOf = ({ learned }: Outcome): number[] => learned.map(({ at }) => at);
