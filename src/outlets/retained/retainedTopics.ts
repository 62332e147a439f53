import type { PreparedTopic } from '../../domain/outgoing.ts';
import type { TopicNotes } from '../../domain/topicNotes.ts';

export interface RetainedTopicsOptions {
  /** undefined: nothing outlives the process. */
  readonly notes: TopicNotes | undefined;
  /** Topics that processes before may have filled, where the notes tell nothing of them. */
  readonly suspected: () => Iterable<string>;
  /** Takes the retained message of a topic from the broker. @returns false where that could not go out */
  readonly clear: (topic: string) => boolean;
  /** Most topics that wait to be cleared, and most that may be left of processes before: beyond them the oldest is cleared at once. */
  readonly most: number;
}

/** Sweeps without a lost connection until a message that clears a topic is taken to have reached the broker. */
const SWEEPS_TO_CONFIRM = 240;

/**
 * The one owner of our retained topics, over all processes that this state has had. A topic is noted before its first retained message
 * goes out, and until the message that clears it has arrived, so that each topic without a publisher goes: of a stream that left, of an
 * option that was turned off, of an earlier configuration, of a process that was killed.
 * Each topic is in one of four places: `former` → `held` ⇄ `waiting` → `cleared`.
 */
export class RetainedTopics {
  readonly #options: RetainedTopicsOptions;
  /** Filled by a process before, and by this one not yet. In the order in which they came. */
  readonly #former = new Set<string>();
  /** Filled by this process. */
  readonly #held = new Set<string>();
  /** To be cleared, a few at a time: a flood of names that come and go would else become a flood of empty messages. */
  readonly #waiting = new Set<string>();
  /** Cleared with this sweep; a lost connection may have swallowed that. */
  readonly #cleared = new Map<string, number>();
  #sweeps = 0;
  /** Another one whenever a topic that is held is given up. */
  #epoch: object = {};

  constructor(options: RetainedTopicsOptions) {
    this.#options = options;
    const noted = options.notes?.read();
    for (const topic of noted ?? options.suspected()) {
      this.#former.add(topic);
      if (noted === undefined) options.notes?.add(topic);
    }
  }

  /** Topics that the broker may hold for us. */
  get size(): number {
    return this.#former.size + this.#held.size + this.#waiting.size + this.#cleared.size;
  }

  /** A retained message is about to go out. */
  hold(topic: string): void {
    if (this.#held.has(topic)) return;
    const isNoted = this.#former.delete(topic) || this.#waiting.delete(topic) || this.#cleared.delete(topic);
    if (!isNoted) this.#options.notes?.add(topic);
    this.#held.add(topic);
    if (this.#former.size > this.#options.most) this.#giveUpOldest();
  }

  /** The same for a topic that many messages go to: it is not looked up again while none is given up. */
  holdPrepared(topic: PreparedTopic): void {
    if (topic.heldSince === this.#epoch) return;
    this.hold(topic.name);
    topic.heldSince = this.#epoch;
  }

  /** The topic has no publisher any more: it goes with one of the next sweeps, unless it is filled again before. */
  giveUp(topic: string): void {
    if (this.#held.delete(topic)) this.#epoch = {};
    else if (!this.#former.delete(topic)) return;
    this.#waiting.add(topic);
    if (this.#waiting.size <= this.#options.most) return;
    const [oldest] = this.#waiting;
    if (oldest !== undefined) this.#clear(oldest);
  }

  /** Gives up the topics of processes before that no publisher may fill now. */
  giveUpFormer(mayBeFilled: (topic: string) => boolean): void {
    for (const topic of [...this.#former]) if (!mayBeFilled(topic)) this.giveUp(topic);
    while (this.#former.size > this.#options.most) this.#giveUpOldest();
  }

  /** Clears the oldest that wait; what the broker does not take now stays for the next time. To be called while connected. */
  sweep(most: number): void {
    this.#sweeps++;
    for (const [topic, at] of this.#cleared) {
      if (this.#sweeps - at < SWEEPS_TO_CONFIRM) break;
      this.#cleared.delete(topic);
      this.#options.notes?.remove(topic);
    }
    let cleared = 0;
    for (const topic of this.#waiting) {
      if (cleared === most || !this.#clear(topic)) return;
      cleared++;
    }
  }

  /** The connection was lost, and with it perhaps what was sent last. */
  disconnected(): void {
    for (const topic of this.#cleared.keys()) this.#waiting.add(topic);
    this.#cleared.clear();
  }

  close(): void {
    this.#options.notes?.close();
  }

  #giveUpOldest(): void {
    const [oldest] = this.#former;
    if (oldest !== undefined) this.giveUp(oldest);
  }

  #clear(topic: string): boolean {
    if (!this.#options.clear(topic)) return false;
    this.#waiting.delete(topic);
    this.#cleared.set(topic, this.#sweeps);
    return true;
  }
}
