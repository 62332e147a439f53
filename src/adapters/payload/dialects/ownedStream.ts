import type { About } from '../../../domain/streamSpec.ts';
import type { Claim } from '../intake.ts';

/** A stream that one topic has made. */
export interface OwnedStream extends Claim {
  readonly about: About;
  /** Number of the last message that gave it a reading, and the time of that. */
  message: number;
  at: number;
}

/** The sender as the entry names it: its id stands for the topic. */
export function nameSender(sender: string, topic: string, id: string | undefined): string {
  return id !== undefined && sender.startsWith(topic) ? `${id}${sender.slice(topic.length)}` : sender;
}
