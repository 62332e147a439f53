import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedQueue } from '../../src/pipeline/boundedQueue.ts';

describe('BoundedQueue', () => {
  it('gives the oldest back when it is full', () => {
    const queue = new BoundedQueue<string>(2);

    expect([queue.push('a'), queue.push('b'), queue.push('c')]).toEqual([undefined, undefined, 'a']);
    expect(queue.take(5)).toEqual(['b', 'c']);
    expect(queue.length).toBe(0);
  });

  it('answers like an array that shifts, whatever is put in and taken out', () => {
    const counts = fc.array(fc.record({ put: fc.nat(150), take: fc.nat(150) }), { maxLength: 12 });

    void fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 300 }), (rounds, maxLength) => {
        const queue = new BoundedQueue<number>(maxLength);
        const model: number[] = [];
        let number = 0;
        for (const { put, take } of rounds) {
          for (let i = 0; i < put; i++) {
            const displaced = model.length >= maxLength ? model.shift() : undefined;
            model.push(number);
            expect(queue.push(number++)).toBe(displaced);
          }
          expect(queue.take(take)).toEqual(model.splice(0, take));
          expect(queue.length).toBe(model.length);
        }
      }),
    );
  });

  it('lets go of what has left it', async () => {
    const queue = new BoundedQueue<object>(10);
    queue.push({ large: true });
    const [left] = queue.take(1).map((item) => new WeakRef(item));

    // A WeakRef holds its target until the job that made it has ended.
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();

    expect(globalThis.gc).toBeDefined();
    expect(left.deref()).toBeUndefined();
    expect(queue.length).toBe(0);
  });
});
