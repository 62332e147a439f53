import type { CostOfPast } from '../tools/past/costOfPast.ts';

/** Reach of `undo`, and what that takes on the disk. @param bytes of the largest state of a stream */
export function describePast(cost: CostOfPast | undefined, bytes: number): readonly string[] {
  if (cost === undefined) return [];
  const { hours, states, streams, bytes: most } = cost;
  if (hours === 0) return ['undo: back to what a start needs, five to ten hours where readings come all the time'];
  return [
    `undo: ${hours} hours back, with up to ${states} states of a stream (${Math.round(bytes / 1024)} KiB each) and the journal since: at most ${Math.round(most / 2 ** 20)} MB on the disk, half of it for states, enough for ${streams} streams; with more it reaches less far. No more is written to the flash for it`,
  ];
}
