/**
 * max(2e-4, 1e-3/√(1 + updates/1000)): large while nothing is known, then slowly smaller. The floor keeps a network of
 * millions of updates able to follow a changed world (without it a changed weekday profile was relearned a third worse).
 */
export function scheduledLearningRate(updates: number): number {
  const decayed = 1e-3 / Math.sqrt(1 + updates / 1000);
  return Math.max(decayed, 2e-4);
}
