import type { StreamId } from '../domain/streamId.ts';
import type { RoutedInput } from './routedInput.ts';

/** A stream is to leave because the configuration has changed. */
export interface Departure {
  readonly stream: StreamId;
  /** `renewed`: it comes back with other settings. `retired`: no entry gives it any more. */
  readonly why: 'renewed' | 'retired';
  /** Asked when its turn has come: the configuration may have changed again. */
  readonly isDue: () => boolean;
}

export function toRouted({ stream, why }: Departure): RoutedInput {
  return why === 'renewed' ? { renewed: stream } : { retired: stream };
}
