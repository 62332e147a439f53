import { afterEach, expect, it, vi } from 'vitest';
import { randomUuid } from '../../../../src/adapters/store/files/randomUuid.ts';

const fs = vi.hoisted(() => ({ device: 'whole' as 'whole' | 'missing' | 'short' }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return {
    ...real,
    openSync: (path: string, flags: string) => {
      if (fs.device === 'missing') throw new Error('ENOENT');
      return real.openSync(path, flags);
    },
    readSync: (...args: Parameters<typeof real.readSync>) => (fs.device === 'short' ? 3 : real.readSync(...args)),
  };
});

afterEach(() => {
  fs.device = 'whole';
});

const VERSION_4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

it.each(['whole', 'missing', 'short'] as const)(
  'is a UUID of version 4, each another, where the device is %s',
  (device) => {
    fs.device = device;
    const ids = Array.from({ length: 1000 }, randomUuid);
    for (const id of ids) expect(id).toMatch(VERSION_4);
    expect(new Set(ids).size).toBe(1000);
  },
);

it('sets each bit that is free in about half of them', () => {
  const ids = Array.from({ length: 2000 }, () => BigInt(`0x${randomUuid().replaceAll('-', '')}`));
  // Version and variant are fixed.
  const fixed = [76, 77, 78, 79, 62, 63];
  for (let bit = 0; bit < 128; bit++) {
    if (fixed.includes(bit)) continue;
    const share = ids.filter((id) => (id >> BigInt(bit)) & 1n).length / ids.length;
    expect([bit, share > 0.4 && share < 0.6]).toEqual([bit, true]);
  }
});
