import type { Inbound } from '../../../domain/sample.ts';
import { type QuickKey, quickLayout } from '../quickNumber.ts';

/** Keys that one layout can have. */
const MOST_KEYS = 64;
/** Messages in a row that were not as the one before, after which a topic is one whose messages differ. */
const MOST_MISSES = 16;
/** Keys that stand in JSON as they are. */
const PLAIN = /^[ !#-[\]-~]+$/;
/** These come first in an object, whatever their place in the text. */
const POSITION = /^\d+$/;

const ENCODER = new TextEncoder();

/**
 * Layout of a topic's messages, where each is a flat object with the keys of the one before: their numbers are then taken out of the bytes,
 * without a text and without objects. `Taken` is what is remembered of a key whose number is a reading.
 */
export class FlatLayout<Taken> {
  #keys: readonly QuickKey[] | undefined;
  #taken: readonly (Taken | undefined)[] = [];
  #values = new Float64Array(0);
  #misses = 0;

  /** Messages differ so much that no more is learned of them. */
  get isGivenUp(): boolean {
    return this.#misses > MOST_MISSES;
  }

  /**
   * Learns from a message that was read in the usual way.
   * @param takenAt what is remembered of a key with a number; undefined: it is none of the readings
   * @param isOver whether the number of a key is always passed over
   */
  learn(root: object, takenAt: (key: string) => Taken | undefined, isOver: (key: string) => boolean): void {
    this.#keys = undefined;
    this.#misses++;
    const entries = Object.entries(root);
    if (this.isGivenUp || entries.length > MOST_KEYS) return;
    this.#taken = entries.map(([key, value]) => (typeof value === 'number' ? takenAt(key) : undefined));
    const isKnown = ([key, value]: [string, unknown], i: number): boolean => {
      if (!PLAIN.test(key) || POSITION.test(key)) return false;
      if (typeof value === 'number') return this.#taken[i] !== undefined || isOver(key);
      return typeof value !== 'object' || value === null;
    };
    // A message without a reading says why there is none.
    if (!entries.every(isKnown) || this.#taken.every((taken) => taken === undefined)) return;
    this.#values = new Float64Array(entries.length);
    this.#keys = entries.map(([key, value]) => ({
      quoted: ENCODER.encode(`"${key}"`),
      isNumber: typeof value === 'number',
    }));
  }

  /** Reads a message of this layout. @returns false: it is none, and is left to the usual way */
  read({ payload, range }: Inbound): boolean {
    const keys = this.#keys;
    if (keys === undefined) return false;
    const isRead =
      range === undefined
        ? quickLayout(payload, 0, payload.length, keys, this.#values)
        : quickLayout(range.block, range.start, range.end, keys, this.#values);
    if (isRead) this.#misses = 0;
    return isRead;
  }

  /** Number of its keys. */
  get length(): number {
    return this.#keys?.length ?? 0;
  }

  /** The memory of a key; undefined: it has no number, or one that is passed over. */
  takenAt(i: number): Taken | undefined {
    return this.#taken[i];
  }

  /** Tells whether a key has a number. */
  hasNumber(i: number): boolean {
    return this.#keys?.[i]?.isNumber === true;
  }

  valueAt(i: number): number {
    return this.#values[i] as number;
  }
}
