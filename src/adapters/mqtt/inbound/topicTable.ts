/** Topics that are remembered; beyond that the table starts anew. */
const MOST_TOPICS = 16_384;
/** Slots for each topic, so that a free one is never far. */
const SLOTS_PER_TOPIC = 2;
const FIRST_SLOTS = 256;
/** Longer topics, which are rare, are made anew each time. */
const LONGEST = 512;

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

interface Known {
  readonly bytes: Uint8Array;
  readonly topic: string;
}

/** Texts of topics by their bytes: no text is made for a topic that has come before. Open addressing, FNV-1a; the bytes are compared. */
export class TopicTable {
  #slots: (Known | undefined)[] = new Array<Known | undefined>(FIRST_SLOTS).fill(undefined);
  #count = 0;

  /** The text that the bytes from `start` to before `end` are in UTF-8; each byte that is none becomes U+FFFD. */
  find(block: Buffer, start: number, end: number): string {
    if (end - start > LONGEST) return block.toString('utf8', start, end);
    const slot = this.#slotOf(block, start, end);
    return this.#slots[slot]?.topic ?? this.#add(slot, block, start, end);
  }

  /** The slot of the topic, or the free one that it may have. */
  #slotOf(block: Uint8Array, start: number, end: number): number {
    let hash = FNV_BASIS;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (block[at] as number), FNV_PRIME);
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let known = this.#slots[slot]; known !== undefined; known = this.#slots[slot]) {
      if (isSame(known.bytes, block, start, end)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #add(free: number, block: Buffer, start: number, end: number): string {
    // A copy: what came from the socket is not held.
    const bytes = Uint8Array.prototype.slice.call(block, start, end);
    const topic = block.toString('utf8', start, end);
    let slot = free;
    if (this.#count >= MOST_TOPICS) {
      this.#slots = new Array<Known | undefined>(FIRST_SLOTS).fill(undefined);
      this.#count = 0;
      slot = this.#slotOf(bytes, 0, bytes.length);
    } else if (SLOTS_PER_TOPIC * (this.#count + 1) > this.#slots.length) {
      this.#grow();
      slot = this.#slotOf(bytes, 0, bytes.length);
    }
    this.#slots[slot] = { bytes, topic };
    this.#count++;
    return topic;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Array<Known | undefined>(2 * before.length).fill(undefined);
    for (const known of before) {
      if (known !== undefined) this.#slots[this.#slotOf(known.bytes, 0, known.bytes.length)] = known;
    }
  }
}

function isSame(bytes: Uint8Array, block: Uint8Array, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== block[start + i]) return false;
  return true;
}
