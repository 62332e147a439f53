import type { WaitingDepth } from './queueDepth.ts';

/** Waiting load, in messages and in bytes. */
export interface QueueLoad {
  /** For the learners. */
  readonly messages: number;
  readonly bytes: number;
  /** `limits.queue_memory`. */
  readonly mostBytes: number;
  /** For the medium. */
  readonly journalBytes: number;
  /** States of streams that made room, which wait for the medium too. */
  readonly stateBytes: number;
  /** For the broker. */
  readonly outboundBytes: number;
}

/** Keeps count of what waits between the broker, the medium and the learners. */
export class QueueMemory {
  /** For the pipeline's front door. */
  readonly waiting: WaitingDepth = { room: undefined };
  /** Whose entries wait for the medium; undefined: there is none. */
  journal: { readonly pendingBytes: number } | undefined;
  /** States of streams that have left and are not on the medium yet; undefined: there is none. They have as many bytes again. */
  states: { readonly leaving: { readonly bytes: number } } | undefined;
  readonly #mostBytes: number;

  /** @param mostBytes `limits.queue_memory` */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Tells if the broker may send another message before those that wait are acknowledged. */
  get hasRoom(): boolean {
    return (this.waiting.room?.owedBytes ?? 0) + this.#journalBytes() < this.#mostBytes;
  }

  load(outboundBytes: number): QueueLoad {
    const { length: messages = 0, bytes = 0 } = this.waiting.room ?? {};
    const stateBytes = this.states?.leaving.bytes ?? 0;
    return {
      messages,
      bytes,
      mostBytes: this.#mostBytes,
      journalBytes: this.#journalBytes(),
      stateBytes,
      outboundBytes,
    };
  }

  #journalBytes(): number {
    return this.journal?.pendingBytes ?? 0;
  }
}
