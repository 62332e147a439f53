import { describe, expect, it } from 'vitest';
import { toDurationMs } from '../../src/domain/time.ts';
import { Carry } from '../../src/pipeline/carry.ts';
import { among, idOf, sampleOf } from './samples.ts';

const ATTIC = idOf('attic');

describe('Carry', () => {
  it('gives the last sample, and before it those whose inputs are still held', () => {
    const carry = new Carry(2, toDurationMs(100));
    carry.note(among(sampleOf('attic', 10), 1, 2));
    carry.note(among(sampleOf('attic', 50, 7), 3, Number.NaN));

    expect(carry.samplesBefore(ATTIC)).toEqual([
      among(sampleOf('attic', 10, 7), Number.NaN, 2),
      among(sampleOf('attic', 50, 7), 3, Number.NaN),
    ]);
  });

  it('holds nothing of before a clock was set back: its time is still to come', () => {
    const carry = new Carry(1, toDurationMs(100));
    carry.note(among(sampleOf('attic', 1000), 1));
    carry.note(among(sampleOf('attic', 500, 7), Number.NaN));

    expect(carry.samplesBefore(ATTIC)).toEqual([among(sampleOf('attic', 500, 7), Number.NaN)]);
  });

  it('stands after a restart where it stood', () => {
    const carry = new Carry(1, toDurationMs(100));
    carry.note(among(sampleOf('attic', 10), 1));
    carry.note(among(sampleOf('attic', 20, 7), Number.NaN));
    const next = new Carry(1, toDurationMs(100));
    next.load(JSON.parse(JSON.stringify(carry.save())));

    expect(next.samplesBefore(ATTIC)).toEqual(carry.samplesBefore(ATTIC));
  });
});
