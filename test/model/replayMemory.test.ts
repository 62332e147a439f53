import { describe, expect, it } from 'vitest';
import type { ReplayWindow } from '../../src/kernel/kernel.ts';
import { ReplayMemory, type ReplayShare } from '../../src/model/replayMemory.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import { statefulContract } from '../contract/statefulContract.ts';

const OPTIONS = { rows: 50, inputSize: 3, targetSize: 4, seed: 1 };
const SHARE: ReplayShare = { inputSize: 3, outputSize: 2, firstTarget: 0, delay: 0 };

/** Row t has the inputs t, t + ¼, t + ½; its targets are −t − o/8 and come one row later, none for every seventh row. */
function live(memory: ReplayMemory, row: number): void {
  memory.push(Float32Array.of(row, row + 0.25, row + 0.5));
  if (row < 1 || (row - 1) % 7 === 0) return;
  for (let target = 0; target < 4; target++) memory.setTarget(1, target, 1 - row - target / 8);
}

function memoryAfter(rows: number, options = OPTIONS): ReplayMemory {
  const memory = new ReplayMemory(options);
  for (let row = 0; row < rows; row++) live(memory, row);
  return memory;
}

/** A copy of the drawn window: the next draw overwrites it. */
function copyOf({ rows, burnIn, x, target, hasTarget }: ReplayWindow, { inputSize, outputSize }: ReplayShare) {
  return {
    rows,
    burnIn,
    x: [...x.subarray(0, rows * inputSize)],
    target: [...target.subarray(0, rows * outputSize)],
    hasTarget: [...hasTarget.subarray(0, rows * outputSize)],
  };
}

function draws(memory: ReplayMemory, count: number, share: ReplayShare = SHARE, burnIn = 6, learned = 8) {
  return Array.from({ length: count }, () => copyOf(memory.draw(share, burnIn, learned) as ReplayWindow, share));
}

it('gives nothing until it holds a window to learn from', () => {
  expect(memoryAfter(7).draw(SHARE, 6, 8)).toBeUndefined();
  expect(memoryAfter(8).draw(SHARE, 6, 8)?.rows).toBe(8);
  expect(memoryAfter(8).draw(SHARE, 6, 8)?.burnIn).toBe(0);
});

it.each([20, 50, 51, 137])('gives rows that follow each other, with their own targets, after %i rows', (rows) => {
  for (const window of draws(memoryAfter(rows), 30)) {
    expect(window.rows - window.burnIn).toBe(8);
    const first = window.x[0] as number;
    for (let r = 0; r < window.rows; r++) {
      const row = first + r;
      expect(window.x.slice(3 * r, 3 * r + 3)).toEqual([row, row + 0.25, row + 0.5]);
      const hasTarget = row < rows - 1 && row % 7 !== 0;
      expect(window.hasTarget.slice(2 * r, 2 * r + 2)).toEqual(hasTarget ? [1, 1] : [0, 0]);
      expect(window.target.slice(2 * r, 2 * r + 2)).toEqual(hasTarget ? [-row, -row - 0.125] : [0, 0]);
    }
  }
});

it('draws each end alike, from the oldest rows to the newest, and burns in with what is there', () => {
  const windows = draws(memoryAfter(137), 4000);
  const counts = new Map<number, number>();
  for (const { x, rows, burnIn } of windows) {
    const end = x[3 * (rows - 1)] as number;
    counts.set(end, (counts.get(end) ?? 0) + 1);
    if (burnIn !== Math.min(6, end - 7 - (137 - 50))) throw new Error(`burn-in of ${burnIn} before ${end}`);
  }
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 43 }, (_, i) => 137 - 43 + i));
  for (const count of counts.values()) expect(Math.abs(count - 4000 / 43)).toBeLessThan(45);
});

it('ends no window at a row whose targets cannot have come', () => {
  const share = { ...SHARE, delay: 5 };
  const ends = draws(memoryAfter(60), 300, share).map(({ x, rows }) => x[3 * (rows - 1)] as number);
  expect([Math.min(...ends), Math.max(...ends)]).toEqual([60 - 43, 60 - 6]);
  expect(memoryAfter(12).draw(share, 6, 8)).toBeUndefined();
  expect(memoryAfter(13).draw(share, 6, 8)?.rows).toBe(8);
});

it('gives each network its own inputs and targets', () => {
  const share = { inputSize: 2, outputSize: 1, firstTarget: 3, delay: 0 };
  for (const { x, target, hasTarget, rows } of draws(memoryAfter(137), 20, share)) {
    const first = x[0] as number;
    expect(x).toEqual(Array.from({ length: rows }, (_, r) => [first + r, first + r + 0.25]).flat());
    target.forEach((value, r) => {
      expect(value).toBe(hasTarget[r] === 1 ? -(first + r) - 0.375 : 0);
    });
  }
});

it('ignores the target of a row that it no longer keeps, or never had', () => {
  const memory = memoryAfter(60);
  const before = saveSnapshot(memory, '');
  memory.setTarget(50, 0, 5);
  expect(saveSnapshot(memory, '')).toEqual(before);
  const young = memoryAfter(3);
  const untouched = saveSnapshot(young, '');
  young.setTarget(3, 0, 5);
  expect(saveSnapshot(young, '')).toEqual(untouched);
});

it('keeps what float16 can keep', () => {
  const memory = new ReplayMemory({ ...OPTIONS, targetSize: 1 });
  const share = { inputSize: 3, outputSize: 1, firstTarget: 0, delay: 0 };
  memory.push(Float32Array.of(1 / 3, -6, 0));
  memory.setTarget(0, 0, 1e6);
  const window = copyOf(memory.draw(share, 0, 1) as ReplayWindow, share);
  expect(window.x[0]).toBeCloseTo(1 / 3, 3);
  expect([...window.x.slice(1), ...window.target]).toEqual([-6, 0, 65504]);
});

describe('its random numbers', () => {
  it('are seeded', () => {
    expect(draws(memoryAfter(137), 10)).toEqual(draws(memoryAfter(137), 10));
    const other = memoryAfter(137, { ...OPTIONS, seed: 2 });
    expect(draws(other, 10)).not.toEqual(draws(memoryAfter(137), 10));
  });

  it('go on from row to row', () => {
    const [one, two] = draws(memoryAfter(137), 2);
    expect(one).not.toEqual(two);
  });
});

describe('its state', () => {
  statefulContract({
    create: () => new ReplayMemory(OPTIONS),
    advance: (memory, row) => {
      live(memory, row);
      if (row % 4 === 3) memory.draw(SHARE, 6, 8);
    },
    observe: () => [],
    cuts: [0, 1, 7, 8, 49, 50, 51, 120],
    tail: 60,
  });

  it('is six bytes a row for two inputs and one target, and little else', () => {
    const memory = new ReplayMemory({ rows: 1000, inputSize: 2, targetSize: 1, seed: 1 });
    expect(saveSnapshot(memory, '').length).toBeLessThan(6000 + 200);
  });
});
