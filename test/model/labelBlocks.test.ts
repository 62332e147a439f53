import { describe, expect, it } from 'vitest';
import { BLOCK_ROWS, LabelBlock, NO_LABEL } from '../../src/model/labelBlock.ts';
import { LabelBlocks } from '../../src/model/labelBlocks.ts';
import { statefulContract } from '../contract/statefulContract.ts';

const WINDOW = 48;
const SIZES = { inputSize: 2, classes: 3, hiddenSize: 4 };
const RARITY = [900, 100, 5];
const ONES = [1, 1, 1];

/** A row whose inputs, log-probabilities and state say which it is. */
function push(blocks: LabelBlocks, row: number, label = NO_LABEL): void {
  const block = blocks.open();
  const state = (row % 100) / 100;
  if (block.wantsState) block.keepState(new Float32Array(4).fill(state), new Float32Array(4).fill(2 * state));
  block.push(Float32Array.of(row % 1000, 0.5), Uint8Array.of(row % 193, 1, 2));
  if (label !== NO_LABEL) blocks.label(blocks.recent.length - 1, block.rows - 1, label);
}

function filled(rows: number, labelOf: (row: number) => number, recent = 3): LabelBlocks {
  const blocks = new LabelBlocks({ ...SIZES, windowRows: WINDOW, seed: 1 });
  for (let row = 0; row < rows; row++) {
    push(blocks, row, labelOf(row));
    if (blocks.recent.length > recent) blocks.dropOldest(RARITY);
  }
  return blocks;
}

describe('windows', () => {
  it('are rows as they came, from a state that was kept, each with its class and weight', () => {
    const blocks = filled(1000, (row) => (row % 5 === 0 ? row % 3 : NO_LABEL));
    for (let draw = 0; draw < 300; draw++) {
      const { rows, x, target, hasTarget, weight, h0, c0 } = blocks.draw([0.5, 1, 2])!;
      const first = x[0]!;
      expect(rows).toBeLessThanOrEqual(WINDOW);
      expect(first % 16).toBe(0);
      expect(h0![0]).toBeCloseTo((first % 100) / 100, 3);
      expect(c0![3]).toBeCloseTo((2 * (first % 100)) / 100, 2);
      // What is behind the last label teaches nothing.
      expect(hasTarget[3 * (rows - 1)]).toBe(1);
      for (let t = 0; t < rows; t++) {
        const row = first + t;
        expect([x[5 * t], -32 * x[5 * t + 2]!]).toEqual([row, row % 193]);
        const isTold = row % 5 === 0;
        expect([hasTarget[3 * t], target[3 * t]]).toEqual(isTold ? [1, row % 3] : [0, 0]);
        expect(weight![t]).toBe(isTold ? [0.5, 1, 2][row % 3] : 0);
      }
      expect(Math.floor(first / BLOCK_ROWS)).toBe(Math.floor((first + rows - 1) / BLOCK_ROWS));
    }
  });

  it('are none while no row is labelled', () => {
    const blocks = filled(500, () => NO_LABEL);
    expect(blocks.draw(ONES)).toBe(undefined);
  });

  it('hold every class about as often, however rare one is', () => {
    // One row of 2 among two thousand.
    const blocks = filled(2000, (row) => (row === 1030 ? 2 : row % 10 === 0 ? 0 : NO_LABEL), 20);
    let withRare = 0;
    for (let draw = 0; draw < 400; draw++) {
      const { rows, target } = blocks.draw(ONES)!;
      if (Array.from({ length: rows }, (_, t) => target[3 * t]).includes(2)) withRare++;
    }
    // Half of the draws choose a class first, and every second of those the rare one.
    expect(withRare / 400).toBeGreaterThan(0.2);
  });
});

describe('the store', () => {
  it('takes blocks with labels alone, and at most 32', () => {
    const blocks = filled(192 * 60, (row) => (Math.floor(row / 192) % 2 === 0 && row % 7 === 0 ? 0 : NO_LABEL));
    expect(blocks.storedCount).toBe(29);
    const full = filled(192 * 80, (row) => (row % 7 === 0 ? 0 : NO_LABEL));
    expect(full.storedCount).toBe(32);
  });

  it('keeps the blocks of a rare class while common ones come and go', () => {
    const isRare = (row: number): boolean => row === 1000 || row === 3000;
    const blocks = filled(192 * 200, (row) => (isRare(row) ? 2 : row % 7 === 0 ? 0 : NO_LABEL));
    const seen = new Set<number>();
    for (let draw = 0; draw < 400; draw++) {
      const { rows, x, target, hasTarget } = blocks.draw(ONES)!;
      for (let t = 0; t < rows; t++) if (hasTarget[3 * t] === 1 && target[3 * t] === 2) seen.add(x[5 * t]!);
    }
    // Row 1000 and row 3000: inputs count to 1000.
    expect([...seen]).toEqual([0]);
  });
});

it('a label that is told anew counts once, for its new class', () => {
  const blocks = filled(100, (row) => (row < 8 ? 0 : NO_LABEL));
  for (let row = 0; row < 8; row++) expect(blocks.label(0, row, 1)).toBe(0);
  for (let draw = 0; draw < 50; draw++) {
    const { rows, target, hasTarget } = blocks.draw(ONES)!;
    for (let t = 0; t < rows; t++) if (hasTarget[3 * t] === 1) expect(target[3 * t]).toBe(1);
  }
});

it('a changed list of classes moves labels and log-probabilities by name', () => {
  const blocks = filled(400, (row) => (row % 5 === 0 ? row % 3 : NO_LABEL));
  blocks.changeClasses([2, -1, 0, 1]);
  const { rows, x, target, hasTarget } = blocks.draw([1, 1, 1, 1])!;
  for (let t = 0; t < rows; t++) {
    const row = x[6 * t]!;
    const [one, other, third, fourth] = x.subarray(6 * t + 2, 6 * t + 6);
    expect([one, other, fourth, -32 * third!]).toEqual([2 / -32, -6, 1 / -32, row % 193]);
    if (hasTarget[4 * t] === 1) expect(target[4 * t]).toBe([2, 3, 0][row % 3]);
  }
  blocks.changeClasses([1]);
  expect(blocks.draw([1])).toBe(undefined);
});

it('states that are forgotten are zero', () => {
  const blocks = filled(400, (row) => (row % 5 === 0 ? 0 : NO_LABEL));
  blocks.forgetStates();
  for (let draw = 0; draw < 20; draw++) expect(blocks.draw(ONES)!.h0!.every((value) => value === 0)).toBe(true);
});

it('a block refuses numbers that it cannot have had', () => {
  const block = new LabelBlock(SIZES);
  const io = (change: (name: string, array: { fill(value: number): unknown }) => void) => ({
    isRestoring: true,
    version: 4,
    number: (name: string, value: number) => (name === 'rarest' ? 7 : value),
    array: change,
    within: () => io(change),
    has: () => true,
    leave: () => undefined,
  });
  expect(() => block.exchange(io((name, array) => void (name === 'labels' && array.fill(3))))).toThrow(RangeError);
  expect(() => new LabelBlock(SIZES).exchange(io(() => undefined))).toThrow(RangeError);
});

describe('as any component with state', () => {
  statefulContract<LabelBlocks>({
    create: () => new LabelBlocks({ ...SIZES, windowRows: WINDOW, seed: 3 }),
    advance(blocks, row) {
      push(blocks, row, row % 11 === 0 ? row % 3 : NO_LABEL);
      if (blocks.recent.length > 2) blocks.dropOldest(RARITY);
      if (row % 32 === 31) blocks.draw(ONES);
    },
    observe: (blocks) => [blocks.storedCount, blocks.recent.map(({ rows, labelled }) => [rows, labelled])],
    cuts: [0, 100, 192, 1000, 7000],
    tail: 300,
  });
});
