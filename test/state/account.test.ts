import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../src/domain/time.ts';
import {
  type Account,
  accountOf,
  beginSnapshot,
  cancelSnapshot,
  endSnapshot,
  neededFrom,
  newAccount,
  noteInput,
} from '../../src/state/account.ts';
import { idOf } from '../pipeline/samples.ts';

const storedAs = (position: number) => ({ position, bytes: 100, at: toEpochMs(position) });

function accountWith(...positions: number[]): Account {
  const account = newAccount(toEpochMs(5));
  for (const position of positions) noteInput(account, position);
  return account;
}

describe('an account', () => {
  it('begins here, without a snapshot, at its beginning', () => {
    expect(newAccount(toEpochMs(5))).toMatchObject({ whereabouts: 'here', generations: [], savedAt: 5, newSamples: 0 });
    expect(neededFrom(newAccount(toEpochMs(5)))).toBeUndefined();
  });

  it('of a stream on the medium knows its generations, newest first', () => {
    const generations = [
      { generation: 4, position: 20, bytes: 300 },
      { generation: 3, position: 10, bytes: 200 },
    ];
    expect(accountOf({ stream: idOf('a'), savedAt: 7, generations })).toMatchObject({
      ...{ whereabouts: 'stored', generations: [20, 10], bytes: 300, savedAt: 7, newSamples: 0, firstNew: undefined },
    });
    expect(accountOf({ stream: idOf('a'), savedAt: 7, generations: [] })).toMatchObject({ generations: [], bytes: 0 });
  });

  it('needs the journal from its first sample on, until a snapshot has it', () => {
    const account = accountWith(3, 8);
    expect([neededFrom(account), account.firstOld, account.newSamples]).toEqual([3, 3, 2]);

    const begun = beginSnapshot(account);
    noteInput(account, 9);
    expect([neededFrom(account), account.newSamples]).toEqual([3, 1]);

    endSnapshot(account, begun, storedAs(8));
    expect(account).toMatchObject({ generations: [8], bytes: 100, savedAt: 8, newSamples: 1, samples: 3 });
    // The samples of the first snapshot are what an older one, if there were one, would lack.
    expect([neededFrom(account), account.firstOld, account.underWay]).toEqual([9, 3, undefined]);
  });

  it('keeps two generations, and the older one lacks what the newer one brought', () => {
    const account = accountWith(1);
    endSnapshot(account, beginSnapshot(account), storedAs(1));
    noteInput(account, 5);
    endSnapshot(account, beginSnapshot(account), storedAs(5));
    noteInput(account, 7);
    endSnapshot(account, beginSnapshot(account), storedAs(8));

    expect([account.generations, account.firstOld, neededFrom(account)]).toEqual([[8, 5], 7, undefined]);
  });

  it('is as before where a snapshot came to nothing', () => {
    const account = accountWith(3, 8);
    const begun = beginSnapshot(account);
    noteInput(account, 9);
    cancelSnapshot(account, begun);

    expect([neededFrom(account), account.newSamples, account.generations]).toEqual([3, 3, []]);
    expect(account.underWay).toBeUndefined();
  });

  it('lets a later snapshot take the place of one under way: what that one had is in it too', () => {
    const account = accountWith(3);
    const first = beginSnapshot(account);
    noteInput(account, 9);
    const second = beginSnapshot(account);
    expect([neededFrom(account), account.newSamples]).toEqual([3, 0]);

    cancelSnapshot(account, first);
    expect(neededFrom(account)).toBe(3);
    cancelSnapshot(account, second);
    expect([neededFrom(account), account.newSamples]).toEqual([3, 2]);
  });

  it('still needs the journal for a later one where the earlier of two arrives', () => {
    const account = accountWith(3);
    const first = beginSnapshot(account);
    noteInput(account, 9);
    const second = beginSnapshot(account);
    endSnapshot(account, first, storedAs(3));
    expect([account.generations, neededFrom(account)]).toEqual([[3], 3]);
    endSnapshot(account, second, storedAs(9));
    expect([account.generations, neededFrom(account)]).toEqual([[9, 3], undefined]);
  });
});
