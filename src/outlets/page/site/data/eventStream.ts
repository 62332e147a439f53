import type { ApiEvents } from '../../api.ts';
import type { AlarmAnswer, HealthAnswer, LogLine } from './answers.ts';
import { address } from './client.ts';
import type { Events } from './link.ts';

/** Frames of the daemon, as they come. */
export interface Frames {
  readonly hello: (hello: ApiEvents['hello']) => void;
  readonly readings: (frame: ApiEvents['readings']) => void;
  readonly forecast: (frame: ApiEvents['forecast']) => void;
  readonly alarm: (alarm: AlarmAnswer) => void;
  readonly health: (health: HealthAnswer) => void;
  readonly log: (line: LogLine) => void;
  /** The indices of the streams have changed. */
  readonly again: () => void;
}

/** The things that are asked for: indices of streams, and whether lines of the log come too. */
export interface Wanted {
  readonly streams: readonly number[];
  readonly log: boolean;
}

/** Opens the daemon's events. A frame that is none of ours costs that frame. */
export function openEvents({ streams, log }: Wanted, frames: Frames, onError: () => void): Events {
  const query = { streams: streams.join(','), log: log ? 1 : undefined };
  const source = new EventSource(address('api/events', query));
  for (const [name, take] of Object.entries(frames) as [keyof Frames, (frame: unknown) => void][]) {
    source.addEventListener(name, (event: MessageEvent<string>) => {
      const frame = parsed(event.data);
      if (frame !== undefined) take(frame);
    });
  }
  source.addEventListener('error', onError);
  return source;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
