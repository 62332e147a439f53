import type { AlarmAnswer } from '../../data/answers.ts';
import { epochOf } from '../../data/stream.ts';

/** Open alarms first, then the newest. */
export function inOrder(alarms: readonly AlarmAnswer[]): readonly AlarmAnswer[] {
  const isOpen = ({ end }: AlarmAnswer): number => (end === null ? 1 : 0);
  return [...alarms].sort((a, b) => isOpen(b) - isOpen(a) || (epochOf(b.start) ?? 0) - (epochOf(a.start) ?? 0));
}
