import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { NetShape } from '../../../src/kernel/kernel.ts';
import { createPlainKernel, PLAIN_CELLS } from '../../../src/kernel/plain/plainKernel.ts';
import { describeKernel } from '../../contract/kernelContract.ts';

describeKernel('plain', createPlainKernel, PLAIN_CELLS);

const standard: NetShape = { cell: 'lstm', inputSize: 4, hiddenSize: 32, outputSize: 1, rows: 32 };

it('counts every byte of a net', () => {
  // P = 4·32·(4 + 32 + 1) + 32 + 4 + 1, thrice; 3 doubles; 2 counters; 33 slots of x, target, h, c in float32 and one flag.
  const wanted = 3 * 4 * 4773 + 24 + 8 + 33 * (4 * (4 + 1 + 64) + 1);

  expect(createPlainKernel().bytesOf(standard)).toBe(wanted);
});

it('a net without cell state pays for none', () => {
  const kernel = createPlainKernel();
  const rnn: NetShape = { ...standard, cell: 'rnn' };

  // P = 32·(4 + 32 + 1) + 32 + 4 + 1
  expect(kernel.bytesOf(rnn)).toBe(3 * 4 * 1221 + 24 + 8 + 33 * (4 * (4 + 1 + 32) + 1));
  // P = 3·32·(4 + 32 + 2) + 32 + 4 + 1
  expect(kernel.bytesOf({ ...standard, cell: 'gru' })).toBe(3 * 4 * 3685 + 24 + 8 + 33 * (4 * (4 + 1 + 32) + 1));
});

it('takes little more than these bytes per net when there are many of one shape', () => {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  const kernel = createPlainKernel();
  const first = kernel.createNet(standard);
  collect();
  const before = process.memoryUsage();

  const nets = Array.from({ length: 100 }, () => kernel.createNet(standard));

  collect();
  const after = process.memoryUsage();
  const perNet = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / nets.length;
  expect(perNet).toBeLessThan(kernel.bytesOf(standard) + 6000);
  expect(first.shape).toEqual(nets[99].shape);
});

it('gives the memory of a shape back with its last net', async () => {
  const kernel = createPlainKernel();
  const createAndFree = (hiddenSize: number): void => kernel.createNet({ ...standard, hiddenSize }).free();
  createAndFree(64);
  const before = await smallestArrayBuffers();

  for (let hiddenSize = 65; hiddenSize < 115; hiddenSize++) createAndFree(hiddenSize);

  // Each workspace alone is above 300 kB.
  expect((await smallestArrayBuffers()) - before).toBeLessThan(1_000_000);
});

/** V8 gives buffers back on another thread, some time after the collection: so several, a turn of the loop apart. */
async function smallestArrayBuffers(): Promise<number> {
  let smallest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 10; attempt++) {
    globalThis.gc?.();
    await setImmediate();
    smallest = Math.min(smallest, process.memoryUsage().arrayBuffers);
  }
  return smallest;
}

it('keeps its own copy of the shape', () => {
  const shape = { ...standard };
  const net = createPlainKernel().createNet(shape);
  shape.inputSize = 7;

  expect(net.shape.inputSize).toBe(4);
});
