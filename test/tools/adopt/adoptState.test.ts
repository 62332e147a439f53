import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInlineStore } from '../../../src/adapters/store/thread/inlineStore.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { openResidencies } from '../../../src/state/openResidencies.ts';
import { readJournal } from '../../../src/state/readJournal.ts';
import { adoptState } from '../../../src/tools/adopt/adoptState.ts';
import { bytesOf, snapshotOf, streamId, temporaryFolder } from '../../contract/stateStoreContract.ts';
import { repeatsOf, sampleOf } from '../../pipeline/samples.ts';
import { batchWith } from '../../state/log/entries.ts';
import { VirtualTime } from '../../support/virtualTime.ts';

const A = streamId('a');
let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  const store = createInlineStore({ folder });
  await store.open();
  await store.append(batchWith([1, 2, 3, 4, 5, 6].map((at) => sampleOf('a', at))));
  await store.save([snapshotOf('a', 2)]);
  await store.save([{ ...snapshotOf('a', 4), keep: [2] }]);
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Knowledge of the next daemon about the stream: its snapshots, and the inputs that they lack. */
async function nextStart() {
  const store = createInlineStore({ folder });
  try {
    const opening = await store.open();
    const repeats = repeatsOf(10, new VirtualTime().clock);
    const { redoLog } = await readJournal(store, () => undefined, { opening, repeats });
    const found = openResidencies({ opening, redoLog }, toEpochMs(9)).residencies.get(A);
    const newest = await store.load(A);
    const tail = Array.from(redoLog.after(A, newest?.position ?? 0, Number.POSITIVE_INFINITY), ({ at }) => at);
    return { generations: found?.generations, tail, bytes: newest?.bytes };
  } finally {
    await store.close();
  }
}

it('is what the next daemon goes on from, and goes back to, with nothing of the journal before it', async () => {
  const state = bytesOf(9, 500);
  expect(await adoptState(folder, A, async () => state)).toBe(500);
  expect(await nextStart()).toEqual({ generations: [7], tail: [], bytes: state });
});

it('leaves the stream as it was where there is no state to take', async () => {
  const before = await nextStart();
  await expect(adoptState(folder, A, () => Promise.reject(new Error('planted')))).rejects.toThrow('planted');
  expect(await nextStart()).toEqual(before);
  expect(before).toMatchObject({ generations: [4, 2], tail: [5, 6] });
});
