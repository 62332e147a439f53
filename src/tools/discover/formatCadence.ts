import type { Cadence } from './cadence.ts';

/** `every 10 s`, `on change, about 7 min`, `about 5 min`, or `seen once`. */
export function formatCadence({ kind, medianMs }: Cadence): string {
  if (medianMs === undefined) return 'seen once';
  if (kind === 'regular') return `every ${formatLength(medianMs)}`;
  return kind === 'on-change' ? `on change, about ${formatLength(medianMs)}` : `about ${formatLength(medianMs)}`;
}

/** `250 ms`, `7 s`, `34 min`, `1.6 h`. */
export function formatLength(ms: number): string {
  if (ms < 950) return `${Math.round(ms)} ms`;
  if (ms < 99_500) return `${rounded(ms / 1_000)} s`;
  return ms < 99.5 * 60_000 ? `${rounded(ms / 60_000)} min` : `${rounded(ms / 3_600_000)} h`;
}

const rounded = (value: number) => Number(value.toFixed(value < 9.95 ? 1 : 0));
