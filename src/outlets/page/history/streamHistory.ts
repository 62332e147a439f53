import { AT, EXPECTED, VALUE } from '../../../domain/forecastRow.ts';
import { closeBlock, readClosed, readOpenRows } from './closedBlock.ts';
import { toScoreByte } from './codes.ts';
import { HistoryRows, joined, numbersOf } from './historyRows.ts';
import {
  BLOCK,
  BLOCK_HEAD_BYTES,
  BLOCKS,
  HEAD,
  LAYOUTS,
  type Layout,
  OPEN,
  OPEN_BYTES,
  READING_BYTES,
  ROW_BYTES,
  TIER,
  TIER_BYTES,
  TIERS,
} from './layout.ts';
import { type OpenBlock, readOpenBlock } from './openBlock.ts';
import { spanWidths } from './spanWidths.ts';
import { addToTier, copyTier, readTier, startTier, type Tier } from './tier.ts';

const FORMAT = 2;
/** Tiers had each reading of the open block at once. */
const EARLIER_FORMAT = 1;
/** Readings after which the usual interval is known well enough to choose the spans of the tiers by it. */
const READINGS_TO_KNOW = 9;
/** In spans of the finest tier: after a longer silence a new block begins, so that times within one stay exact. */
const LONG_SILENCE = 4;

/** The last readings of one stream in full, and what was before them as spans with their least and greatest reading. */
export class StreamHistory {
  readonly layout: Layout;
  readonly #view: DataView;
  readonly #tiers: readonly Tier[];

  private constructor(bytes: Uint8Array, layout: Layout) {
    this.layout = layout;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, layout.bytes);
    this.#tiers = tiersOf(this.#view, layout);
  }

  /** @param level 0: the longest history */
  static create(level: number): StreamHistory {
    const layout = LAYOUTS[level];
    const history = new StreamHistory(new Uint8Array(layout.bytes), layout);
    const view = history.#view;
    view.setUint8(HEAD.format, FORMAT);
    view.setUint8(HEAD.level, level);
    view.setFloat64(HEAD.lastTime, Number.NaN, true);
    view.setFloat64(HEAD.origin, Number.NaN, true);
    return history;
  }

  /** The history that was saved; undefined: the bytes are none of this format. */
  static from(saved: Uint8Array): StreamHistory | undefined {
    const format = saved[HEAD.format];
    const isKnown = format === FORMAT || format === EARLIER_FORMAT;
    const layout = isKnown ? LAYOUTS[saved[HEAD.level] as number] : undefined;
    if (layout === undefined || saved.length !== layout.bytes) return undefined;
    const history = new StreamHistory(Uint8Array.from(saved), layout);
    if (format === EARLIER_FORMAT) history.#migrate();
    return history.#isSound() ? history : undefined;
  }

  #migrate(): void {
    this.#view.setUint8(HEAD.format, FORMAT);
    this.#view.setUint8(HEAD.tiered, this.#hasTiers() ? this.#view.getUint8(HEAD.open) : 0);
  }

  /** The bytes themselves; they change with each reading. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset, this.layout.bytes);
  }

  /** Counts and places that no reader may follow out of the bytes. */
  #isSound(): boolean {
    const { block, rows } = this.layout;
    const view = this.#view;
    const isHead =
      view.getUint8(HEAD.open) < block && view.getUint8(HEAD.next) < BLOCKS && view.getUint8(HEAD.closed) <= BLOCKS;
    return (
      isHead &&
      view.getUint8(HEAD.tiered) <= view.getUint8(HEAD.open) &&
      this.#tiers.every(
        ({ at }) => view.getUint16(at + TIER.next, true) < rows && view.getUint16(at + TIER.rows, true) <= rows,
      ) &&
      Array.from({ length: BLOCKS }, (_, i) => view.getUint8(this.#blockAt(i) + BLOCK.count)).every(
        (count) => count <= block,
      )
    );
  }

  /** Time of the last reading, epoch ms; NaN: there is none. */
  get lastTime(): number {
    return this.#view.getFloat64(HEAD.lastTime, true);
  }

  /**
   * Takes a reading. One of the same time as the last is that one, published again.
   * @param numbers as in a `ForecastRow`, up to the expectation
   * @param score code of it
   */
  add(numbers: Float64Array, score: number, flags: number): void {
    if (numbers[AT] !== this.lastTime) this.#put(numbers, score, flags);
  }

  /** @param numbers as in a `ForecastRow`, up to the expectation */
  #put(numbers: Float64Array, score: number, flags: number): void {
    if (this.#isAfterSilence(numbers[AT])) this.#close();
    const count = this.#keep(numbers, score, flags);
    if (count >= Math.min(READINGS_TO_KNOW, this.layout.block) && !this.#hasTiers()) this.#beginTiers(count);
    if (count === this.layout.block) this.#close();
  }

  /** Writes a reading down as it is: tiers, and the scales of a block, are for when the block is full. @returns how many readings are in the open block now */
  #keep(numbers: Float64Array, score: number, flags: number): number {
    const view = this.#view;
    if (Number.isNaN(view.getFloat64(HEAD.origin, true))) view.setFloat64(HEAD.origin, numbers[VALUE], true);
    const count = view.getUint8(HEAD.open);
    const place = this.layout.openAt + count * OPEN_BYTES;
    view.setFloat64(place + OPEN.time, numbers[AT], true);
    view.setFloat64(place + OPEN.value, numbers[VALUE], true);
    view.setFloat32(place + OPEN.mean, numbers[EXPECTED], true);
    view.setFloat32(place + OPEN.lower, numbers[EXPECTED + 1], true);
    view.setFloat32(place + OPEN.upper, numbers[EXPECTED + 2], true);
    view.setUint8(place + OPEN.score, score);
    view.setUint8(place + OPEN.flags, flags);
    view.setUint8(HEAD.open, count + 1);
    view.setFloat64(HEAD.lastTime, numbers[AT], true);
    return count + 1;
  }

  #hasTiers(): boolean {
    return this.#view.getFloat64(this.layout.tiersAt + TIER.width, true) > 0;
  }

  #isAfterSilence(at: number): boolean {
    if (this.#view.getUint8(HEAD.open) === 0 || !this.#hasTiers()) return false;
    const width = this.#view.getFloat64(this.layout.tiersAt + TIER.width, true);
    return at - this.lastTime > LONG_SILENCE * width;
  }

  /** Chooses the spans by the readings so far, which are all in the open block. */
  #beginTiers(count: number): void {
    const { times } = readOpenBlock(this.#view, this.layout.openAt, count);
    const distances = Array.from({ length: count - 1 }, (_, i) => Math.abs(times[i + 1] - times[i]));
    const interval = distances.sort((a, b) => a - b)[distances.length >> 1];
    const widths = spanWidths(Math.max(1, interval));
    for (const [i, tier] of this.#tiers.entries()) startTier(tier, widths[i]);
  }

  /** Brings the tiers up to the last reading. @returns the open block */
  #fillTiers(): OpenBlock {
    const view = this.#view;
    const block = readOpenBlock(view, this.layout.openAt, view.getUint8(HEAD.open));
    addToTier(this.#tiers[0], block, view.getUint8(HEAD.tiered));
    view.setUint8(HEAD.tiered, block.count);
    return block;
  }

  #close(): void {
    const view = this.#view;
    const next = view.getUint8(HEAD.next);
    closeBlock(view, this.#blockAt(next), this.#fillTiers());
    view.setUint8(HEAD.open, 0);
    view.setUint8(HEAD.tiered, 0);
    view.setUint8(HEAD.next, (next + 1) % BLOCKS);
    view.setUint8(HEAD.closed, Math.min(BLOCKS, view.getUint8(HEAD.closed) + 1));
  }

  #blockAt(place: number): number {
    return this.layout.blocksAt + place * (BLOCK_HEAD_BYTES + this.layout.block * READING_BYTES);
  }

  /** The readings that are there in full, oldest first. */
  readings(): HistoryRows {
    const view = this.#view;
    const rows = new HistoryRows();
    const closed = view.getUint8(HEAD.closed);
    const next = view.getUint8(HEAD.next);
    for (let i = 0; i < closed; i++) readClosed(view, this.#blockAt((next - closed + i + BLOCKS) % BLOCKS), rows);
    readOpenRows(view, this.layout.openAt, view.getUint8(HEAD.open), rows);
    return rows;
  }

  /** Everything: spans of the coarsest tier as far as they go back, finer ones from where there are any, and the readings in full. */
  all(): HistoryRows {
    const parts = [this.readings()];
    for (const tier of this.#tiers) {
      const before = parts[0].at[0] ?? Number.POSITIVE_INFINITY;
      const rows = new HistoryRows();
      readTier(tier, before, rows);
      if (rows.length > 0) parts.unshift(rows);
    }
    return joined(parts);
  }

  /** The newest part of the same history, in fewer bytes. @param level larger than its own */
  shrunk(level: number): StreamHistory {
    const smaller = StreamHistory.create(level);
    const rows = this.readings();
    if (!this.#hasTiers()) {
      for (let k = 0; k < rows.length; k++) smaller.#put(numbersOf(rows, k), toScoreByte(rows.score[k]), rows.flags[k]);
      return smaller;
    }
    this.#fillTiers();
    smaller.#view.setFloat64(HEAD.origin, this.#view.getFloat64(HEAD.origin, true), true);
    for (const [i, tier] of this.#tiers.entries()) copyTier(tier, smaller.#tiers[i]);
    for (let k = 0; k < rows.length; k++) {
      const count = smaller.#keep(numbersOf(rows, k), toScoreByte(rows.score[k]), rows.flags[k]);
      smaller.#view.setUint8(HEAD.tiered, count);
      if (count === smaller.layout.block) smaller.#close();
    }
    return smaller;
  }
}

/** Finest first. */
function tiersOf(view: DataView, layout: Layout): readonly Tier[] {
  const tiers: Tier[] = [];
  for (let i = TIERS - 1; i >= 0; i--) {
    const tier: Tier = {
      view,
      at: layout.tiersAt + i * TIER_BYTES,
      rowsAt: layout.rowsAt + i * layout.rows * ROW_BYTES,
      rows: layout.rows,
      get origin() {
        return view.getFloat64(HEAD.origin, true);
      },
      coarser: tiers[0],
    };
    tiers.unshift(tier);
  }
  return tiers;
}
