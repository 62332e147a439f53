import type { AlarmAnswer } from '../../data/answers.ts';
import type { Live } from '../../data/live.ts';
import { epochOf } from '../../data/stream.ts';
import type { AlarmScene } from '../../words/alarmWords.ts';

/** Length of an alarm, so far where it is open, ms. */
export function lengthOf(alarm: AlarmAnswer, live: Live): number | null {
  const start = epochOf(alarm.start);
  const now = live.byId.get(alarm.stream)?.timeOf(live.now()) ?? live.now();
  return start === null ? null : Math.max(0, (epochOf(alarm.end) ?? now) - start);
}

/** Facts of an alarm's stream for its words; a stream that is gone has no unit. */
export function sceneOf(alarm: AlarmAnswer, live: Live): AlarmScene {
  const stream = live.byId.get(alarm.stream);
  return {
    unit: stream?.unit ?? '',
    decimals: stream?.decimals ?? 2,
    zone: stream?.info.zone,
    y: stream?.y ?? null,
  };
}

export function titleOf(alarm: AlarmAnswer, live: Live): string {
  return live.byId.get(alarm.stream)?.title ?? alarm.stream;
}
