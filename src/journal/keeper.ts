import type { Report } from '../domain/events.ts';
import type { Sample } from '../domain/sample.ts';
import type { JournalPosition, StoreOpening, StreamSnapshot } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Clock } from '../domain/time.ts';
import {
  type Account,
  accountOf,
  beginSnapshot,
  cancelSnapshot,
  endSnapshot,
  newAccount,
  noteSample,
} from './account.ts';
import { sealEnvelope } from './envelope.ts';
import type { Recall, Recollection } from './recall.ts';
import type { Tails } from './tails.ts';

export interface KeeperOptions {
  readonly opening: StoreOpening;
  readonly tails: Tails;
  readonly recall: Recall;
  /** Of the journal's last entry. */
  readonly position: () => JournalPosition;
  readonly save: (snapshot: StreamSnapshot) => Promise<void>;
  /** Forgets a stream in the journal and on the medium. */
  readonly forget: (stream: StreamId) => void;
  readonly clock: Clock;
  readonly report: Report;
  /** Samples that make a stream worth keeping when it has to leave. */
  readonly leastSamples: number;
}

/** Takes the learner's part of a snapshot; undefined: it has none. */
export type TakeLearner = (learner: Uint8Array | undefined) => void;

/**
 * Knows of each stream where its state is. Everything but `recall` answers at once: it stands in the way of every sample.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #accounts = new Map<StreamId, Account>();
  /** Of streams that are leaving. */
  readonly #leaving = new Map<StreamId, Promise<void>>();

  constructor(options: KeeperOptions) {
    this.#options = options;
    for (const stored of options.opening.streams) this.#accounts.set(stored.stream, accountOf(stored));
    const now = options.clock.now();
    for (const stream of options.tails.streams()) {
      if (!this.#accounts.has(stream)) this.#accounts.set(stream, { ...newAccount(now), whereabouts: 'stored' });
    }
  }

  /** Every stream that is here or on the medium. */
  get accounts(): ReadonlyMap<StreamId, Account> {
    return this.#accounts;
  }

  /**
   * A sample has its place in the journal.
   * @returns whether it may go on to its learner; else its stream has to be recalled first, and the sample waits
   */
  note({ stream }: Sample, position: JournalPosition): boolean {
    let account = this.#accounts.get(stream);
    if (account === undefined) {
      account = newAccount(this.#options.clock.now());
      this.#accounts.set(stream, account);
    }
    noteSample(account, position);
    return account.whereabouts === 'here';
  }

  /** Brings a stream's state back to its learner. Once at a time for a stream; never rejects. */
  async recall(stream: StreamId): Promise<Recollection> {
    const account = this.#accounts.get(stream) as Account;
    await this.#leaving.get(stream);
    account.whereabouts = 'coming';
    const recollection = await this.#options.recall.bring(stream, account.generations.length > 0);
    if (recollection.outcome === 'no-memory') {
      account.whereabouts = 'stored';
      return recollection;
    }
    this.#arrive(stream, account, recollection);
    return recollection;
  }

  #arrive(stream: StreamId, account: Account, { outcome, tail, firstTail }: Recollection): void {
    const { tails, report } = this.#options;
    tails.drop(stream);
    account.whereabouts = 'here';
    account.newSamples += tail.length;
    account.samples += tail.length + (outcome === 'restored' ? this.#options.leastSamples : 0);
    account.firstNew = firstTail ?? account.firstNew;
    account.firstOld = firstTail ?? account.firstOld;
    account.isSealed = outcome === 'newer' || outcome === 'unreadable';
    if (outcome === 'restored') report({ type: 'StreamRecalled', stream, replayed: tail.length });
    else if (outcome !== 'none') report({ type: 'StateRefused', stream, outcome });
  }

  /**
   * The state of a stream that is here is taken at this moment. `carried`: where its way to the learner stands.
   * @returns undefined where no snapshot is wanted now
   */
  checkpoint(stream: StreamId, carried: unknown): TakeLearner | undefined {
    const account = this.#accounts.get(stream);
    if (account === undefined || account.isSealed || account.underWay !== undefined) return undefined;
    const position = this.#options.position();
    beginSnapshot(account);
    return (learner) => void this.#save(stream, account, { position, carried, learner });
  }

  /** As `checkpoint`, of a stream that makes room for another. */
  leave(stream: StreamId, carried: unknown): TakeLearner | undefined {
    const account = this.#accounts.get(stream);
    if (account === undefined) return undefined;
    if (account.samples < this.#options.leastSamples || account.isSealed) {
      this.#accounts.delete(stream);
      if (!account.isSealed) this.#options.forget(stream);
      return undefined;
    }
    account.whereabouts = 'leaving';
    const position = this.#options.position();
    // A snapshot that is still under way is of an earlier moment, and reaches the medium before this one.
    cancelSnapshot(account);
    beginSnapshot(account);
    let take: TakeLearner = () => undefined;
    const left = new Promise<void>((resolve) => {
      take = (learner) => void this.#save(stream, account, { position, carried, learner }).then(resolve);
    });
    this.#leaving.set(stream, left);
    void left.then(() => this.#hasLeft(stream, account, left));
    return take;
  }

  #hasLeft(stream: StreamId, account: Account, left: Promise<void>): void {
    if (this.#leaving.get(stream) === left) this.#leaving.delete(stream);
    if (account.whereabouts === 'leaving') account.whereabouts = 'stored';
  }

  async #save(stream: StreamId, account: Account, taken: Taken): Promise<void> {
    const { position, carried, learner } = taken;
    if (learner === undefined) {
      cancelSnapshot(account);
      return;
    }
    const bytes = sealEnvelope({ carried, learner });
    try {
      await this.#options.save({ stream, position, bytes });
      endSnapshot(account, position, bytes.length, this.#options.clock.now());
    } catch (error) {
      cancelSnapshot(account);
      this.#options.report({ type: 'SnapshotFailed', stream, error });
    }
  }
}

interface Taken {
  readonly position: JournalPosition;
  readonly carried: unknown;
  readonly learner: Uint8Array | undefined;
}
