import type { LearnerHost } from '../../domain/learnerHost.ts';
import type { MemoryRequest, NoMemory } from '../../domain/memoryProbe.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { encodeProbe } from './probeFrame.ts';

/** Time for which an answer is given again. A look takes a learner's thread some milliseconds. */
const KEPT_MS = 2000;
/** Looks that may begin within that time, of all streams and viewers. */
const MOST = 8;

/** `busy`: too many looks have begun lately. undefined: the stream has no learner now. */
export type Look = Uint8Array<ArrayBuffer> | NoMemory | 'busy' | undefined;

interface KeptLook {
  readonly at: number;
  readonly look: Promise<Look>;
}

/** Gives looks into memories to the viewers of the page, the same one at most once in two seconds. */
export class Probes {
  readonly #probe: LearnerHost['probe'];
  readonly #now: () => number;
  /** By what was asked, oldest first; at most 8. */
  readonly #kept = new Map<string, KeptLook>();

  /** @param now monotonic, ms */
  constructor(probe: LearnerHost['probe'], now: () => number) {
    this.#probe = probe;
    this.#now = now;
  }

  /** @returns the bytes of a frame, or why there is none; rejects where the learners are gone */
  look(stream: StreamId, request: MemoryRequest): Promise<Look> {
    const now = this.#now();
    for (const [key, { at }] of this.#kept) if (now - at >= KEPT_MS) this.#kept.delete(key);
    const { network = '', horizon = '' } = request;
    const key = `${network} ${horizon} ${stream}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept.look;
    if (this.#kept.size >= MOST) return Promise.resolve('busy');
    const look = this.#look(stream, request);
    this.#kept.set(key, { at: now, look });
    return look;
  }

  async #look(stream: StreamId, request: MemoryRequest): Promise<Look> {
    const found = await this.#probe(stream, request);
    return typeof found === 'object' ? encodeProbe(found) : found;
  }
}
