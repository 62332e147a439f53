import type { JournalBatch, JournalPosition } from '../../domain/stateStore.ts';

const STRETCH_BYTES = 32 * 1024;

interface Stretch {
  last: JournalPosition;
  bytes: number;
}

/** Bytes of the journal, by position. */
export class JournalSize {
  readonly #stretches: Stretch[] = [];
  readonly #stretchBytes: number;
  #bytes = 0;

  /** @param stretchBytes batches are summed up until they are so large: it keeps the list short */
  constructor(stretchBytes: number = STRETCH_BYTES) {
    this.#stretchBytes = stretchBytes;
  }

  /** In all. */
  get bytes(): number {
    return this.#bytes;
  }

  add({ last, bytes }: JournalBatch): void {
    this.#bytes += bytes.length;
    const newest = this.#stretches.at(-1);
    if (newest === undefined || newest.bytes >= this.#stretchBytes) this.#stretches.push({ last, bytes: bytes.length });
    else {
      newest.last = last;
      newest.bytes += bytes.length;
    }
  }

  /** Bytes of the entries before a position, nearly. */
  before(position: JournalPosition): number {
    let sum = 0;
    for (const { last, bytes } of this.#stretches) {
      if (last >= position) break;
      sum += bytes;
    }
    return sum;
  }

  /** Where the newest entries begin that make up no more bytes than that, nearly. */
  startOfNewest(bytes: number): JournalPosition {
    let sum = 0;
    for (let place = this.#stretches.length - 1; place >= 0; place--) {
      const stretch = this.#stretches[place];
      sum += stretch.bytes;
      if (sum > bytes) return stretch.last + 1;
    }
    return 0;
  }

  /** They are gone. */
  trim(position: JournalPosition): void {
    while (this.#stretches.length > 0 && this.#stretches[0].last < position) {
      this.#bytes -= (this.#stretches.shift() as Stretch).bytes;
    }
  }
}
