import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { DurationMs } from '../../domain/time.ts';

/** Readings that may stay out before what was said last is no longer shown. */
const MISSING_READINGS = 16;
const LEAST_S = 3600;
const LONGEST_S = 30 * 86_400;

/**
 * Seconds after which Home Assistant shows a forecast that nothing follows as unavailable: as the configuration says, else sixteen usual times
 * between readings, rounded up to a power of two, at least an hour. It changes only where the usual time has become twice as long, or a
 * quarter, because each change is a new announcement.
 * @param cadence usual time between readings, ms; NaN: not known
 * @param before the seconds of now; 0: none yet
 */
export function expireAfter({ publish }: Pick<StreamSettings, 'publish'>, cadence: number, before: number): number {
  if (publish.expire > 0) return toSeconds(publish.expire);
  if (!(cadence > 0)) return before || LEAST_S;
  const wanted = Math.min(LONGEST_S, Math.max(LEAST_S, (MISSING_READINGS * cadence) / 1000));
  if (wanted <= before && wanted >= before / 4) return before;
  let seconds = LEAST_S;
  while (seconds < wanted) seconds *= 2;
  return Math.min(seconds, LONGEST_S);
}

function toSeconds(duration: DurationMs): number {
  return Math.max(1, Math.ceil(duration / 1000));
}
