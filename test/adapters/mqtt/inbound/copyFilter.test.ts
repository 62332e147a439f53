import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCopyFilter } from '../../../../src/adapters/mqtt/inbound/copyFilter.ts';
import { matchesFilter } from '../../../../src/adapters/mqtt/inbound/topicFilter.ts';

const FILTERS = ['a/+', 'a/#', '#', 'a/b', 'c'];

describe('copies of one message', () => {
  it('count once, whatever was granted and however the broker groups them', () => {
    const codes = fc.array(fc.constantFrom(0, 1, 135), { minLength: FILTERS.length, maxLength: FILTERS.length });
    void fc.assert(
      fc.property(
        codes,
        fc.constantFrom('a', 'a/b', 'a/x', 'a/b/c', 'c', 'd'),
        fc.boolean(),
        (granted, topic, grouped) => {
          const copies = createCopyFilter(FILTERS);
          copies.grant(granted);
          const ids = FILTERS.flatMap((filter, i) =>
            granted[i]! < 128 && matchesFilter(filter, topic) ? [i + 1] : [],
          );
          const deliveries = grouped && ids.length > 0 ? [ids] : ids;
          // Twice: the second time from memory.
          for (let round = 0; round < 2; round++) {
            expect(deliveries.filter((it) => copies.isFirst(topic, it))).toHaveLength(ids.length > 0 ? 1 : 0);
          }
        },
      ),
    );
  });

  it('count all where the broker gives no identifiers', () => {
    const copies = createCopyFilter(FILTERS);
    expect(copies.isFirst('a/b', undefined)).toBe(true);
  });

  it('follow what is granted on the next connection', () => {
    const copies = createCopyFilter(FILTERS);
    copies.grant([0, 0, 0, 0, 0]);
    expect(copies.isFirst('a/b', 2)).toBe(false);
    copies.grant([135, 0, 0, 0, 0]);
    expect(copies.isFirst('a/b', 2)).toBe(true);
  });

  it('remember no long topics, and are right all the same', () => {
    const copies = createCopyFilter(FILTERS);
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 1000; i++) {
      const topic = `a/${String(i).padEnd(60_000, '.')}`;
      if (!copies.isFirst(topic, 1) || copies.isFirst(topic, 2)) throw new Error(`wrong of topic ${i}`);
    }
    globalThis.gc?.();
    // All of them would be 60 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10e6);
  });

  it('stay bounded in memory over ever new topics, and right', () => {
    const copies = createCopyFilter(FILTERS);
    for (let i = 0; i < 25_000; i++) {
      expect(copies.isFirst(`a/${i}`, 1)).toBe(true);
      expect(copies.isFirst(`a/${i}`, 2)).toBe(false);
    }
  });

  it('belong to these filters where one of their identifiers does, wherever it stands', () => {
    const copies = createCopyFilter(FILTERS, 100);
    const listener = 2 ** 28 - 1;
    expect([101, 105, [listener, 102], [102, listener]].map((it) => copies.owns(it))).toEqual([true, true, true, true]);
    expect([100, 106, [listener], [7, listener]].map((it) => copies.owns(it))).toEqual([false, false, false, false]);
  });
});
