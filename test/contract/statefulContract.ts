import { expect, it } from 'vitest';
import { restoreSnapshot } from '../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import type { Stateful } from '../../src/model/stateIo.ts';
import { expectSameBytes } from '../support/expectSameBytes.ts';

export interface StatefulSubject<T extends Stateful> {
  create(): T;
  /** Takes the component through row `row`; the same row always brings the same input. */
  advance(component: T, row: number): void;
  /** Every number that can be read from outside. */
  observe(component: T): readonly unknown[];
  /** Rows after which the state is taken over. */
  readonly cuts: readonly number[];
  /** Rows for which the copy must then go on like the original. */
  readonly tail: number;
}

/** Contract of every component with state: it goes on from its saved state as if nothing had happened. */
export function statefulContract<T extends Stateful>(subject: StatefulSubject<T>): void {
  it.each(subject.cuts)('goes on bit-identically from what was saved after row %i', (cut) => {
    const original = subject.create();
    for (let row = 0; row < cut; row++) subject.advance(original, row);
    const saved = saveSnapshot(original, 'contract');
    const copy = subject.create();
    restoreSnapshot(copy, saved, 'contract');
    expectSameBytes(saveSnapshot(copy, 'contract'), saved);
    expect(subject.observe(copy)).toEqual(subject.observe(original));
    for (let row = cut; row < cut + subject.tail; row++) {
      subject.advance(original, row);
      subject.advance(copy, row);
      expect(subject.observe(copy)).toEqual(subject.observe(original));
    }
    expectSameBytes(saveSnapshot(copy, 'contract'), saveSnapshot(original, 'contract'));
  });

  it('writes nothing on itself by being saved', () => {
    const watched = subject.create();
    const unwatched = subject.create();
    for (let row = 0; row < subject.tail; row++) {
      subject.advance(watched, row);
      saveSnapshot(watched, 'contract');
      subject.advance(unwatched, row);
    }
    expect(subject.observe(watched)).toEqual(subject.observe(unwatched));
    expectSameBytes(saveSnapshot(watched, 'contract'), saveSnapshot(unwatched, 'contract'));
  });
}
