import type { AlarmAnswer } from './answers.ts';
import { epochOf } from './stream.ts';

/** Alarms in the order of their beginning, the newest first. */
export function newestFirst(alarms: readonly AlarmAnswer[]): readonly AlarmAnswer[] {
  return [...alarms].sort((a, b) => (epochOf(b.start) ?? 0) - (epochOf(a.start) ?? 0));
}

/** Open alarms once this one has begun, changed or ended. */
export function withAlarm(alarms: readonly AlarmAnswer[], alarm: AlarmAnswer): readonly AlarmAnswer[] {
  const others = alarms.filter(({ id, stream }) => id !== alarm.id || stream !== alarm.stream);
  return alarm.end === null ? newestFirst([alarm, ...others]) : others;
}
