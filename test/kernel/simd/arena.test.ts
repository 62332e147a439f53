import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KernelFullError } from '../../../src/kernel/kernel.ts';
import { Arena } from '../../../src/kernel/simd/arena.ts';

const PAGE = 65_536;

/** A memory as WebAssembly has it: growing gives a new buffer and empties the old one. */
class FakeMemory {
  buffer = new ArrayBuffer(PAGE);
  growths = 0;
  readonly #maxPages: number;

  constructor(maxPages = 1000) {
    this.#maxPages = maxPages;
  }

  grow(pages: number): number {
    const before = this.buffer.byteLength / PAGE;
    if (before + pages > this.#maxPages) throw new RangeError('no more memory');
    this.buffer = structuredClone(this.buffer, { transfer: [this.buffer] });
    const larger = new ArrayBuffer((before + pages) * PAGE);
    new Uint8Array(larger).set(new Uint8Array(this.buffer));
    this.buffer = larger;
    this.growths++;
    return before;
  }
}

it('hands out blocks of zeros that never overlap, whatever is freed in between, and gives everything back', () => {
  const steps = fc.array(
    fc.record({ free: fc.boolean(), pick: fc.nat(), bytes: fc.integer({ min: 1, max: 40_000 }) }),
    { minLength: 1, maxLength: 120 },
  );
  void fc.assert(
    fc.property(steps, (list) => {
      const memory = new FakeMemory();
      const arena = new Arena(memory, 100, Number.POSITIVE_INFINITY);
      const live: { address: number; bytes: number; mark: number }[] = [];
      list.forEach(({ free, pick, bytes }, mark) => {
        if (free && live.length > 0) {
          const [block] = live.splice(pick % live.length, 1);
          arena.free(block.address);
        } else {
          const address = arena.allocate(bytes);
          expect(address % 64).toBe(0);
          expect(address).toBeGreaterThanOrEqual(100);
          expect(arena.u8.subarray(address, address + bytes).every((byte) => byte === 0)).toBe(true);
          arena.u8.fill((mark % 255) + 1, address, address + bytes);
          live.push({ address, bytes, mark });
        }
        for (const block of live) {
          expect(arena.u8[block.address]).toBe((block.mark % 255) + 1);
          expect(arena.u8[block.address + block.bytes - 1]).toBe((block.mark % 255) + 1);
        }
      });
      for (const { address } of live) arena.free(address);
      expect(arena.used).toBe(0);
      // All gaps have been joined: the next block lies at the very beginning.
      expect(arena.allocate(1)).toBe(128);
    }),
    { numRuns: 60 },
  );
});

it('uses a freed block again and does not grow for it', () => {
  const memory = new FakeMemory();
  const arena = new Arena(memory, 0, Number.POSITIVE_INFINITY);
  const blocks = Array.from({ length: 100 }, () => arena.allocate(20_000));
  const { growths } = memory;
  for (let round = 0; round < 50; round++) {
    const index = (round * 37) % 100;
    arena.free(blocks[index]);
    const again = arena.allocate(20_000);
    expect(again).toBe(blocks[index]);
  }
  expect(memory.growths).toBe(growths);
});

it('grows by a megabyte while it is small, and by whole pairs of huge pages when it is large', () => {
  const memory = new FakeMemory();
  const arena = new Arena(memory, 0, Number.POSITIVE_INFINITY);
  const growthsWhile = (megabytes: number): number => {
    const before = memory.growths;
    for (let block = 0; block < megabytes * 16; block++) arena.allocate(PAGE);
    return memory.growths - before;
  };
  expect(growthsWhile(16)).toBe(16);
  expect(growthsWhile(17)).toBe(17);
  expect(growthsWhile(16)).toBe(4);
});

it('its views are always those of the memory as it is now', () => {
  const memory = new FakeMemory();
  const arena = new Arena(memory, 0, Number.POSITIVE_INFINITY);
  const first = arena.allocate(64);
  const stale = arena.f32;
  arena.f32[first / 4] = 1.5;
  arena.allocate(3_000_000);

  expect(stale.length).toBe(0);
  expect(arena.f32[first / 4]).toBe(1.5);
  for (const view of [arena.f32, arena.f64, arena.u8]) expect(view.buffer).toBe(memory.buffer);
});

it('refuses beyond its limit, and where the system gives no more, and goes on with what it has', () => {
  const limited = new Arena(new FakeMemory(), 0, 10_000);
  const block = limited.allocate(6000);
  expect(() => limited.allocate(6000)).toThrow(KernelFullError);
  expect(limited.allocate(100_000, false)).toBeGreaterThan(0);
  expect(limited.used).toBeLessThanOrEqual(10_000);
  limited.free(block);
  expect(limited.allocate(6000)).toBe(block);

  const memory = new FakeMemory(4);
  const poor = new Arena(memory, 0, Number.POSITIVE_INFINITY);
  const kept = poor.allocate(100_000);
  poor.u8[kept] = 7;
  expect(() => poor.allocate(500_000)).toThrow(/memory is full/);
  expect(poor.u8[kept]).toBe(7);
  expect(poor.allocate(100_000)).toBeGreaterThan(kept);
  expect(() => poor.allocate(3e9)).toThrow(KernelFullError);
});

it('does not free what it did not hand out', () => {
  const arena = new Arena(new FakeMemory(), 0, 1000);
  const block = arena.allocate(10);
  arena.free(block);
  expect(() => arena.free(block)).toThrow(/no block/);
  expect(() => arena.free(12_345)).toThrow(/no block/);
});
