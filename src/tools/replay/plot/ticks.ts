/** A line of the grid, and the text at its end. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 7, 14, 30, 60, 91, 182, 365, 730, 1826, 3652].map((n) => n * DAY_MS),
];

/** Ticks at round numbers. @param most number of them, about */
export function valueTicks(low: number, high: number, most: number): readonly Tick[] {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10);
  const decimals = Math.min(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), 20);
  const isLong = Math.max(Math.abs(low), Math.abs(high)) >= 1e7 || step < 1e-9;
  return places(low, high, step).map((at) => ({
    at,
    text: isLong ? at.toPrecision(4) : at.toFixed(decimals).replace(/^-(0(?:\.0*)?)$/, '$1'),
  }));
}

/** Ticks at round times, in UTC. @param most number of them, about */
export function timeTicks(oldest: number, newest: number, most: number): readonly Tick[] {
  const rough = (newest - oldest) / most;
  const step = TIME_STEPS.find((candidate) => candidate >= rough) ?? rough;
  return places(oldest, newest, step).map((at) => ({ at, text: textOf(at, step) }));
}

function places(low: number, high: number, step: number): readonly number[] {
  const first = Math.ceil(low / step);
  const count = Math.min(Math.floor(high / step) - first + 1, 100);
  return count > 0 ? Array.from({ length: count }, (_, i) => (first + i) * step) : [];
}

function textOf(at: number, step: number): string {
  const iso = new Date(at).toISOString();
  const [date = '', clock = ''] = iso.split('T');
  if (step >= DAY_MS) return date;
  const time = step >= MINUTE_MS ? clock.slice(0, 5) : clock.slice(0, 8);
  return at % DAY_MS === 0 ? date : `${date.slice(5)} ${time}`;
}
