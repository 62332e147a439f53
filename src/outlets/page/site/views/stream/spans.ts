const HOUR = 3_600_000;

/** A span of the chart; `ms` null: all that is kept. */
export interface Span {
  readonly key: string;
  readonly text: string;
  readonly ms: number | null;
}

export const SPANS: readonly Span[] = [
  { key: '1', text: '3 h', ms: 3 * HOUR },
  { key: '2', text: '12 h', ms: 12 * HOUR },
  { key: '3', text: '2 d', ms: 48 * HOUR },
  { key: '4', text: 'all', ms: null },
];

/** A span without end has its last reading at its end where nothing has come for longer than this. */
const LONG_SILENCE_MS = 48 * HOUR;

/** The end of a span, epoch ms: the time of the sensor, or its newest reading where none would be in the span. */
export function spanEnd({ ms }: Span, now: number, newest: number | null): number {
  return newest !== null && newest < now - (ms ?? LONG_SILENCE_MS) ? newest : now;
}

/** Shares of the axis that the future may take. */
const MOST_AHEAD = 0.3;

/**
 * Both ends of the axis, epoch ms. It begins with the oldest row where there is none further back, and ends with the last forecast, but the
 * past has most of it.
 */
export function axisRange(
  span: Span,
  now: number,
  oldest: number | null,
  lastForecast: number | null,
): readonly [number, number] {
  const start = span.ms === null ? (oldest ?? now - HOUR) : Math.max(now - span.ms, oldest ?? now - span.ms);
  const from = Math.min(start, now - 1000);
  const ahead = Math.max(0, (lastForecast ?? now) - now);
  return [from, now + Math.min(ahead, ((now - from) * MOST_AHEAD) / (1 - MOST_AHEAD))];
}
