import { describe, expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { createRateLimit, type RateLimit } from '../../src/telemetry/rateLimit.ts';

const HELD_BACK = -1;

function createStage(): { readonly limit: RateLimit; at(ms: number): void } {
  let now = 0;
  return {
    limit: createRateLimit({ clock: { now: () => toEpochMs(now) }, quiet: toDurationMs(60_000), largest: 256 }),
    at(ms) {
      now = ms;
    },
  };
}

describe('createRateLimit', () => {
  it('lets a message through once a minute, with the count of those held back', () => {
    const { limit, at } = createStage();
    expect(limit('kind', 'a')).toBe(0);
    at(1);
    expect(limit('kind', 'a')).toBe(HELD_BACK);
    at(59_999);
    expect(limit('kind', 'a')).toBe(HELD_BACK);
    at(60_000);
    expect(limit('kind', 'a')).toBe(2);
    expect(limit('kind', 'a')).toBe(HELD_BACK);
    at(120_000);
    expect(limit('kind', 'a')).toBe(1);
  });

  it('keeps kinds and keys apart', () => {
    const { limit } = createStage();
    expect([limit('kind', 'a'), limit('kind', 'b'), limit('other', 'a')]).toEqual([0, 0, 0]);
  });

  it('is not silent for long after the clock was set back', () => {
    const { limit, at } = createStage();
    at(1e12);
    limit('kind', 'a');
    at(5);
    expect(limit('kind', 'a')).toBe(0);
    expect(limit('kind', 'a')).toBe(HELD_BACK);
  });

  it('counts keys that are too long to be remembered as one', () => {
    const { limit } = createStage();
    expect(limit('kind', 'a'.repeat(60_000))).toBe(0);
    expect(limit('kind', 'b'.repeat(60_000))).toBe(HELD_BACK);
    expect(limit('kind', 'c'.repeat(600))).toBe(0);
  });

  it('remembers 256 messages; more of a kind count as one, while other kinds still come through', () => {
    const { limit, at } = createStage();
    for (let i = 0; i < 256; i++) expect(limit('kind', String(i))).toBe(0);
    expect(limit('kind', 'one more')).toBe(0);
    for (let i = 0; i < 10_000; i++) expect(limit('kind', `another ${i}`)).toBe(HELD_BACK);
    expect(limit('kind', '7')).toBe(HELD_BACK);
    expect(limit('other', 'x')).toBe(0);
    at(60_000);
    expect(limit('kind', 'new')).toBe(0);
    expect(limit('kind', 'new too')).toBe(0);
  });
});
