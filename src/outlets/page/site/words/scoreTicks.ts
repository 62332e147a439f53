/** Ticks of the axis of scores, which shows 0.2 and 18.8 at once. */
export const SCORE_TICKS: readonly number[] = [0, 1, 3, 10, 30, 100];

/** Upper end of the axis: the first tick above the greatest score, at least 3. */
export function scoreTop(greatest: number): number {
  return SCORE_TICKS.find((tick) => tick >= 3 && tick >= greatest) ?? 100;
}
