import type { AlarmChannel } from '../../domain/alarm.ts';

/** The later one counts where several have the same score: it says more. */
const CHANNELS: readonly AlarmChannel[] = ['errors', 'jump', 'still', 'range', 'limit'];

/** The channel with the largest score; one that is not named has 0. */
export function strangestOf(scores: Readonly<Partial<Record<AlarmChannel, number>>>): AlarmChannel {
  let strangest: AlarmChannel = 'errors';
  for (const channel of CHANNELS) if ((scores[channel] ?? 0) >= (scores[strangest] ?? 0)) strangest = channel;
  return strangest;
}
