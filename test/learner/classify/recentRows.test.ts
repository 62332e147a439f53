import { describe, expect, it } from 'vitest';
import { RecentRows, type RowPlace } from '../../../src/learner/classify/recentRows.ts';
import { BLOCK_ROWS, NO_LABEL } from '../../../src/model/labelBlock.ts';
import { LabelBlocks } from '../../../src/model/labelBlocks.ts';
import type { StateIo } from '../../../src/model/stateIo.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

const EVERY = 1000;
const SIZES = { inputSize: 1, classes: 2, hiddenSize: 4, windowRows: 48, seed: 1 };

/** Rows and the blocks that they lie in, one row after the other. */
class Stream {
  readonly blocks = new LabelBlocks(SIZES);
  readonly rows: RecentRows;

  constructor(delay: number) {
    this.rows = new RecentRows(this.blocks, delay);
  }

  push(at: number): void {
    const answers = this.rows.open(at, [1, 1], 2);
    const block = this.blocks.open();
    const answer = { at, last: NO_LABEL, age: 0, isFresh: false, published: NO_LABEL, probability: 0 };
    answers.put(block.rows, answer, undefined);
    block.push(Float32Array.of(at), Uint8Array.of(0, 0));
  }

  exchange(io: StateIo): void {
    this.blocks.exchange(io.within('blocks'));
    this.rows.exchange(io.within('rows'), 2);
  }
}

function streamOf(rows: number, delay = 0): Stream {
  const stream = new Stream(delay);
  for (let row = 0; row < rows; row++) stream.push(row * EVERY);
  return stream;
}

describe('recent rows', () => {
  it('are found by their time: the newest that is not after it', () => {
    const { rows } = streamOf(500);
    for (const row of [0, 1, 191, 192, 384, 499]) {
      for (const at of [row * EVERY, row * EVERY + EVERY - 1]) {
        const place = rows.newestUntil(at) as RowPlace;
        expect([rows.numberOf(place), rows.timeOf(place)]).toEqual([row, row * EVERY]);
      }
    }
    expect(rows.newestUntil(-1)).toBe(undefined);
    expect(rows.numberOf(rows.newestUntil(Number.POSITIVE_INFINITY) as RowPlace)).toBe(499);
    expect(streamOf(0).rows.newestUntil(5)).toBe(undefined);
  });

  it('are walked backwards over their blocks, each once', () => {
    const { rows } = streamOf(500);
    const seen: number[] = [];
    for (let place = rows.newestUntil(1e9); place !== undefined; place = rows.before(place))
      seen.push(rows.numberOf(place));
    expect(seen).toEqual(Array.from({ length: 500 }, (_, i) => 499 - i));
  });

  it('of the delay are kept, and no fewer than two whole blocks', () => {
    const late = streamOf(3000, 1000 * EVERY).rows;
    expect(late.newestUntil(2000 * EVERY)).not.toBe(undefined);
    expect(late.gone).toBeGreaterThan(1500);
    const { rows } = streamOf(3000);
    expect(rows.count - rows.gone).toBeGreaterThan(2 * BLOCK_ROWS);
    expect(rows.count - rows.gone).toBeLessThanOrEqual(3 * BLOCK_ROWS);
    expect(rows.newestUntil(rows.gone * EVERY - 1)).toBe(undefined);
  });

  it('are bounded, however late labels may be, and counted all the same', () => {
    const { rows } = streamOf(30 * BLOCK_ROWS, 1e12);
    expect(rows.count).toBe(30 * BLOCK_ROWS);
    expect(rows.gone).toBe(6 * BLOCK_ROWS);
  });
});

describe('as any component with state', () => {
  statefulContract<Stream>({
    create: () => new Stream(300 * EVERY),
    advance: (stream, row) => stream.push(row * EVERY),
    observe: ({ rows }) => [rows.count, rows.gone, rows.newestUntil(150 * EVERY)],
    cuts: [0, 100, 192, 1000],
    tail: 200,
  });
});
