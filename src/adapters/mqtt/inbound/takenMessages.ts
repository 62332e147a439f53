import type { JournalPosition } from '../../../domain/stateStore.ts';
import type { Unsettled } from './resumption.ts';

/**
 * The last messages that were taken in, numbered from 1 on, in columns that are written round: their contents, and which of them are
 * unsettled. At full load tens of thousands are unsettled at once; as objects in a map they would outlive the nursery.
 */
export class TakenMessages {
  readonly #mask: number;
  readonly #packetIds: Uint16Array;
  readonly #checksums: Uint32Array;
  readonly #positions: Float64Array;
  readonly #isUnsettled: Uint8Array;
  #count = 0;
  #unsettled = 0;
  /** No unsettled message has a lower number. */
  #lowest = 1;

  /** @param least messages that are remembered at least */
  constructor(least: number) {
    const room = 2 ** Math.ceil(Math.log2(least));
    this.#mask = room - 1;
    this.#packetIds = new Uint16Array(room);
    this.#checksums = new Uint32Array(room);
    this.#positions = new Float64Array(room);
    this.#isUnsettled = new Uint8Array(room);
  }

  /** Messages so far. */
  get count(): number {
    return this.#count;
  }

  get unsettled(): number {
    return this.#unsettled;
  }

  /** Another message, which is unsettled. @returns its number */
  add(packetId: number, checksum: number, position: JournalPosition): number {
    const number = ++this.#count;
    const place = number & this.#mask;
    this.#unsettled += 1 - this.#isUnsettled[place];
    this.#isUnsettled[place] = 1;
    this.#packetIds[place] = packetId;
    this.#checksums[place] = checksum;
    this.#positions[place] = position;
    return number;
  }

  /** @returns false where it was settled, or is none of the last messages */
  settle(number: number): boolean {
    if (!this.#isRemembered(number) || this.#isUnsettled[number & this.#mask] === 0) return false;
    this.#isUnsettled[number & this.#mask] = 0;
    this.#unsettled--;
    return true;
  }

  /** Nothing is unsettled any more; the contents stay. */
  settleAll(): void {
    this.#isUnsettled.fill(0);
    this.#unsettled = 0;
  }

  /** Number of the oldest unsettled message; undefined: there is none. Each number is passed once, whatever is asked how often. */
  get oldestUnsettled(): number | undefined {
    if (this.#unsettled === 0) return undefined;
    this.#lowest = Math.max(this.#lowest, this.#count - this.#mask);
    while (this.#isUnsettled[this.#lowest & this.#mask] === 0) this.#lowest++;
    return this.#lowest;
  }

  /** The journal position of one of the last messages. */
  positionOf(number: number): JournalPosition {
    return this.#positions[number & this.#mask];
  }

  /** The content of one of the last messages. */
  checksumOf(number: number): number {
    return this.#checksums[number & this.#mask];
  }

  /** By number, ascending. */
  listUnsettled(): readonly Unsettled[] {
    const list: Unsettled[] = [];
    for (let number = this.oldestUnsettled ?? this.#count + 1; number <= this.#count; number++) {
      const place = number & this.#mask;
      if (this.#isUnsettled[place] === 0) continue;
      list.push({ number, packetId: this.#packetIds[place], checksum: this.#checksums[place] });
    }
    return list;
  }

  /** Number of the last `most` messages that had this content. */
  timesOf(checksum: number, most: number): number {
    let times = 0;
    const first = Math.max(1, this.#count - Math.min(most, this.#mask + 1) + 1);
    for (let number = first; number <= this.#count; number++) {
      if (this.#checksums[number & this.#mask] === checksum) times++;
    }
    return times;
  }

  #isRemembered(number: number): boolean {
    return number > Math.max(0, this.#count - this.#mask - 1) && number <= this.#count;
  }
}
