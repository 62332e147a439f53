/** Topics that are remembered; beyond that the table starts anew. */
const MOST_TOPICS = 16_384;
/** Slots for each topic, so that a free one is never far. */
const SLOTS_PER_TOPIC = 2;
const FIRST_SLOTS = 256;
/** Longer topics, which are rare, are made anew each time. */
const LONGEST = 512;
const FIRST_BYTES = 4096;

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

interface Known {
  readonly topic: string;
  /** Place of its UTF-8 among the bytes of the table. */
  readonly start: number;
  readonly end: number;
  /** The topic that came next, the last time. */
  follower: Known | undefined;
}

/**
 * Texts of topics by their bytes: no text is made for a topic that has come before. The topic that followed the one before the last time is looked at first;
 * then open addressing, FNV-1a; the bytes are compared. All bytes lie in one block, in the order in which they came first.
 */
export class TopicTable {
  #slots: (Known | undefined)[] = new Array<Known | undefined>(FIRST_SLOTS).fill(undefined);
  #count = 0;
  #bytes = new Uint8Array(FIRST_BYTES);
  #used = 0;
  #newest: Known | undefined;

  /** The text that the bytes from `start` to before `end` are in UTF-8; each byte that is none becomes U+FFFD. */
  find(block: Buffer, start: number, end: number): string {
    if (end - start > LONGEST) return block.toString('utf8', start, end);
    const before = this.#newest;
    const guess = before?.follower;
    if (guess !== undefined && this.#isSame(guess, block, start, end)) {
      this.#newest = guess;
      return guess.topic;
    }
    const slot = this.#slotOf(block, start, end);
    const known = this.#slots[slot] ?? this.#add(slot, block, start, end);
    // The table may have begun anew: what it knew before must not be held by what it knows now.
    if (before !== undefined && this.#newest === before) before.follower = known;
    this.#newest = known;
    return known.topic;
  }

  /** The slot of the topic, or the free one that it may have. */
  #slotOf(block: Uint8Array, start: number, end: number): number {
    let hash = FNV_BASIS;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (block[at] as number), FNV_PRIME);
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let known = this.#slots[slot]; known !== undefined; known = this.#slots[slot]) {
      if (this.#isSame(known, block, start, end)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isSame(known: Known, block: Uint8Array, start: number, end: number): boolean {
    const from = known.start;
    if (known.end - from !== end - start) return false;
    const bytes = this.#bytes;
    for (let i = 0; i < end - start; i++) if (bytes[from + i] !== block[start + i]) return false;
    return true;
  }

  #add(free: number, block: Buffer, start: number, end: number): Known {
    const topic = block.toString('utf8', start, end);
    let slot = free;
    if (this.#count >= MOST_TOPICS) {
      this.#beginAnew();
      slot = this.#slotOf(block, start, end);
    } else if (SLOTS_PER_TOPIC * (this.#count + 1) > this.#slots.length) {
      this.#grow();
      slot = this.#slotOf(block, start, end);
    }
    const known = { topic, start: this.#used, end: this.#used + end - start, follower: undefined };
    this.#keep(block, start, end);
    this.#slots[slot] = known;
    this.#count++;
    return known;
  }

  /** A copy: what came from the socket is not held. */
  #keep(block: Uint8Array, start: number, end: number): void {
    const used = this.#used + end - start;
    if (used > this.#bytes.length) {
      const larger = new Uint8Array(2 * used);
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    this.#bytes.set(block.subarray(start, end), this.#used);
    this.#used = used;
  }

  #beginAnew(): void {
    this.#slots = new Array<Known | undefined>(FIRST_SLOTS).fill(undefined);
    this.#count = 0;
    this.#bytes = new Uint8Array(FIRST_BYTES);
    this.#used = 0;
    this.#newest = undefined;
  }

  #grow(): void {
    const before = this.#slots;
    const bytes = this.#bytes;
    this.#slots = new Array<Known | undefined>(2 * before.length).fill(undefined);
    for (const known of before)
      if (known !== undefined) this.#slots[this.#slotOf(bytes, known.start, known.end)] = known;
  }
}
