import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openReadOnlyStore } from '../../../../src/adapters/store/repair/readOnlyStore.ts';
import { type JournalPart, readInOrder } from '../../../../src/adapters/store/segments/readInOrder.ts';
import { createInlineStore } from '../../../../src/adapters/store/thread/inlineStore.ts';
import { batchOf, temporaryFolder } from '../../../contract/stateStoreContract.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sizeOf = ({ batches }: JournalPart): number => batches.reduce((sum, { bytes }) => sum + bytes.length, 0);

it('gives a large segment in parts that take a moment each, in order and without a gap', async () => {
  const store = createInlineStore({ folder, segmentBytes: 2 ** 21, reserveBytes: 0 });
  await store.open();
  const lengths = Array.from({ length: 60 }, (_, i) => [100_000, 10, 70_000, 400_000, 1][i % 5] as number);
  for (const [i, length] of lengths.entries()) await store.append(batchOf(i + 1, i + 1, length));
  await store.close();
  const view = openReadOnlyStore(folder);
  try {
    const parts = [...readInOrder(view)];
    expect(parts.flatMap(({ batches }) => batches.map(({ first }) => first))).toEqual(lengths.map((_, i) => i + 1));
    expect(parts.filter(({ damaged }) => damaged > 0)).toEqual([]);
    for (const part of parts) expect(part.batches.length === 1 || sizeOf(part) <= 262_144).toBe(true);
    // A few at a time all the same: each is a message between two threads.
    expect(parts.length).toBeLessThan(50);
  } finally {
    view.close();
  }
});
