import type { Inbound } from '../../../domain/sample.ts';
import { type EpochMs, toEpochMs } from '../../../domain/time.ts';
import { readExactTime } from '../exactTime.ts';
import { fromEpochNumber } from '../payloadTime.ts';
import type { QuickKey } from '../quickKey.ts';
import { quickLayout } from '../quickNumber.ts';

/** Keys that one layout can have. */
const MOST_KEYS = 64;
/** Messages in a row that were not as the one before, after which a topic is one whose messages differ. */
const MOST_MISSES = 16;
/** Keys that stand in JSON as they are. */
const PLAIN = /^[ !#-[\]-~]+$/;
/** These come first in an object, whatever their place in the text. */
const POSITION = /^\d+$/;

const ENCODER = new TextEncoder();

export interface LayoutRules<Taken> {
  /** Names by which a message may tell a time; undefined: that cannot be said by its keys. */
  readonly times: readonly string[] | undefined;
  /** Finds what is remembered of a key with a number; undefined: it is none of the readings. */
  readonly takenAt: (key: string) => Taken | undefined;
  /** Tells whether the number of a key is always passed over. */
  readonly isOver: (key: string) => boolean;
}

/**
 * Layout of a topic's messages, where each is a flat object with the keys of the one before: their numbers are then taken out of the bytes,
 * without a text and without objects. `Taken` is what is remembered of a key whose number is a reading.
 */
export class FlatLayout<Taken> {
  #keys: readonly QuickKey[] | undefined;
  #taken: readonly (Taken | undefined)[] = [];
  #values = new Float64Array(0);
  #misses = 0;
  /** Names by which a message may tell a time, when it was learned. */
  #times: readonly string[] | undefined;
  /** Place of the key that tells one; -1: none does. */
  #timeAt = -1;
  #told: EpochMs | undefined;

  /** Messages differ so much that no more is learned of them. */
  get isGivenUp(): boolean {
    return this.#misses > MOST_MISSES;
  }

  /** Time that the message tells; undefined: it tells none. */
  get told(): EpochMs | undefined {
    return this.#told;
  }

  /** Learns from a message that was read in the usual way. */
  learn(root: object, { times, takenAt, isOver }: LayoutRules<Taken>): void {
    this.#keys = undefined;
    this.#misses++;
    const entries = Object.entries(root);
    if (this.isGivenUp || entries.length > MOST_KEYS || times === undefined) return;
    // Where several tell a time, the first that can be read counts.
    const telling = entries.filter(([key]) => times.includes(key));
    if (telling.length > 1 || !telling.every(([, value]) => isPlainTime(value))) return;
    this.#taken = entries.map(([key, value]) => (typeof value === 'number' ? takenAt(key) : undefined));
    const isKnown = ([key, value]: [string, unknown], i: number): boolean => {
      if (!PLAIN.test(key) || POSITION.test(key)) return false;
      if (typeof value === 'number') return this.#taken[i] !== undefined || isOver(key);
      return typeof value !== 'object' || value === null;
    };
    // A message without a reading says why there is none.
    if (!entries.every(isKnown) || this.#taken.every((taken) => taken === undefined)) return;
    this.#times = times;
    this.#timeAt = entries.findIndex(([key]) => times.includes(key));
    this.#values = new Float64Array(entries.length);
    this.#keys = entries.map(([key, value]) => ({ quoted: ENCODER.encode(`"${key}"`), holds: kindOf(value) }));
  }

  /** Forgets what it has learned: no such message is read. */
  forget(): void {
    this.#keys = undefined;
    this.#misses++;
  }

  /**
   * Reads a message of this layout.
   * @param times names by which it may tell a time
   * @returns false: it is none, and is left to the usual way
   */
  read({ payload, range }: Inbound, times: readonly string[] | undefined): boolean {
    const keys = this.#keys;
    if (keys === undefined || times !== this.#times) return false;
    const isRead =
      range === undefined
        ? quickLayout(payload, 0, payload.length, keys, this.#values)
        : quickLayout(range.block, range.start, range.end, keys, this.#values);
    if (!isRead || !this.#readTime(keys)) return false;
    this.#misses = 0;
    return true;
  }

  /** @returns false where the time is none that the usual way would not have to judge */
  #readTime(keys: readonly QuickKey[]): boolean {
    this.#told = undefined;
    if (this.#timeAt < 0) return true;
    const value = this.#values[this.#timeAt] as number;
    this.#told = keys[this.#timeAt]?.holds === 'time' ? toEpochMs(value) : fromEpochNumber(value);
    return this.#told !== undefined;
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
    return this.#keys?.[i]?.holds === 'number';
  }

  valueAt(i: number): number {
    return this.#values[i] as number;
  }
}

function kindOf(value: unknown): QuickKey['holds'] {
  if (typeof value === 'number') return 'number';
  return isPlainTime(value) ? 'time' : 'word';
}

function isPlainTime(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && !Number.isNaN(readExactTime(value)));
}
