import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JournalSize } from '../../../src/state/log/journalSize.ts';

const KIB = 1024;
const batch = (first: number, last: number, bytes: number) => ({ first, last, bytes: new Uint8Array(bytes) });

describe('JournalSize', () => {
  it('sums up, and counts what ends before a position', () => {
    const size = new JournalSize();
    for (let i = 0; i < 10; i++) size.add(batch(10 * i + 1, 10 * i + 10, 40 * KIB));

    expect(size.bytes).toBe(400 * KIB);
    expect(size.before(1)).toBe(0);
    expect(size.before(11)).toBe(40 * KIB);
    expect(size.before(50)).toBe(160 * KIB);
    expect(size.before(1000)).toBe(400 * KIB);
  });

  it('forgets what was trimmed', () => {
    const size = new JournalSize();
    for (let i = 0; i < 10; i++) size.add(batch(10 * i + 1, 10 * i + 10, 40 * KIB));
    size.trim(35);

    expect([size.bytes, size.before(41)]).toEqual([280 * KIB, 40 * KIB]);
    size.trim(1000);
    expect([size.bytes, size.before(1000)]).toEqual([0, 0]);
  });

  it('says where the newest begin that are no more than so many bytes', () => {
    const size = new JournalSize();
    expect(size.startOfNewest(0)).toBe(0);
    for (let i = 0; i < 10; i++) size.add(batch(10 * i + 1, 10 * i + 10, 40 * KIB));

    expect([0, 39, 40, 100, 399, 400].map((kib) => size.startOfNewest(kib * KIB))).toEqual([101, 101, 91, 81, 11, 0]);
  });

  it('never says that more can be trimmed than can, and is off by less than two stretches', () => {
    const lengths = fc.array(fc.nat(60 * KIB), { minLength: 1, maxLength: 60 });
    void fc.assert(
      fc.property(lengths, fc.nat(60), fc.nat(60), (all, trimmed, asked) => {
        const size = new JournalSize();
        for (const [i, bytes] of all.entries()) size.add(batch(i + 1, i + 1, bytes));
        const before = size.bytes - size.before(trimmed);
        size.trim(trimmed);
        expect(size.bytes).toBe(before);
        const exact = all
          .slice(Math.max(0, trimmed - 1), Math.max(0, asked - 1))
          .reduce((sum, bytes) => sum + bytes, 0);
        const left = size.before(asked);
        expect(left - exact).toBeLessThan(2 * 92 * KIB);
        expect(exact - left).toBeLessThan(92 * KIB);
      }),
    );
  });

  it('keeps few numbers of many small batches', () => {
    const size = new JournalSize();
    for (let i = 1; i <= 1000; i++) size.add(batch(i, i, 100));
    // Of a stretch that is not over yet nothing is before.
    expect(size.before(300)).toBe(0);
    expect(size.before(400)).toBe(328 * 100);
  });
});
