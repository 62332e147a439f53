import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queue } from '../../src/pipeline/queue.ts';

describe('Queue', () => {
  it('answers like an array that shifts, whatever is put in and taken out', () => {
    const counts = fc.array(fc.record({ put: fc.nat(150), take: fc.nat(150) }), { maxLength: 12 });

    void fc.assert(
      fc.property(counts, (rounds) => {
        const queue = new Queue<number>();
        const model: number[] = [];
        let number = 0;
        for (const { put, take } of rounds) {
          for (let i = 0; i < put; i++) {
            model.push(number);
            queue.push(number++);
          }
          for (let i = 0; i < take; i++) {
            const oldest = model.shift();
            if (queue.peek() !== oldest || queue.shift() !== oldest) throw new Error(`not ${oldest}`);
          }
          expect(queue.length).toBe(model.length);
        }
      }),
    );
  });

  it('lets go of what has left it', async () => {
    const queue = new Queue<object>();
    queue.push({ large: true });
    const left = new WeakRef(queue.shift() as object);

    // A WeakRef holds its target until the job that made it has ended.
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();

    expect(globalThis.gc).toBeDefined();
    expect(left.deref()).toBeUndefined();
    expect(queue.length).toBe(0);
  });
});
