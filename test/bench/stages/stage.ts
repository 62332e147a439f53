/**
 * Stages of the daemon's path, in order. Each is measured with all before it; behind it the path is cut off.
 * `route` also holds the admission queue; the learners' stage holds the host.
 */
export const STAGES = [
  'gate',
  'intake',
  'decode',
  'admission, route',
  'journal',
  'order',
  'batch',
  'learner',
  'throttle',
  'payloads',
  'bytes',
] as const;

export type Stage = (typeof STAGES)[number];

/** Tells if a path that ends with `last` has `stage`. */
export function hasStage(last: Stage, stage: Stage): boolean {
  return STAGES.indexOf(stage) <= STAGES.indexOf(last);
}
