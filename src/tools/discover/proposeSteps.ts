import type { Cadence } from './cadence.ts';

/** A grid in time and what to forecast on it, as the configuration writes them. */
export interface Steps {
  readonly step: string;
  readonly horizons: readonly string[];
}

const S = 1000;
const M = 60 * S;
const H = 60 * M;
/** Round lengths of time, ms. */
const ROUND = [
  ...[10, 20, 50, 100, 200, 500, S, 2 * S, 5 * S, 10 * S, 15 * S, 20 * S, 30 * S, M, 2 * M, 5 * M, 10 * M, 15 * M],
  ...[20 * M, 30 * M, H, 2 * H, 3 * H, 6 * H, 12 * H, 24 * H],
];
/** Steps, at the least, to the second and third horizon. */
const AHEAD = [4, 12];

/** The grid for fields that come in these rhythms: as wide as the usual time between two readings. undefined: too little was heard. */
export function proposeSteps(cadences: readonly Cadence[]): Steps | undefined {
  const known = cadences.flatMap(({ kind, medianMs }) => (kind === 'unknown' ? [] : (medianMs ?? [])));
  if (known.length === 0) return undefined;
  const usual = known.sort((a, b) => a - b)[Math.floor(known.length / 2)] as number;
  const step = nearest(usual);
  const ahead = AHEAD.flatMap((steps) => ROUND.find((ms) => ms >= steps * step && ms % step === 0) ?? []);
  return { step: write(step), horizons: [...new Set([step, ...ahead])].map(write) };
}

/** By ratio: 45 s is nearer to 1 min than to 30 s. */
function nearest(ms: number): number {
  const away = (round: number): number => Math.abs(Math.log(round / Math.max(ms, 1)));
  return ROUND.reduce((best, round) => (away(round) < away(best) ? round : best));
}

function write(ms: number): string {
  if (ms % H === 0) return ms === 24 * H ? '1d' : `${ms / H}h`;
  if (ms % M === 0) return `${ms / M}m`;
  return ms % S === 0 ? `${ms / S}s` : `${ms}ms`;
}
