import type { JournalPosition, StoreOpening } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Command, StreamInput } from '../domain/streamInput.ts';
import { type Account, accountOf, beginSnapshot, newAccount, noteForgotten, noteInput } from './account.ts';
import type { RedoLog } from './log/redoLog.ts';
import type { Recall, Recollection } from './recall.ts';
import { type Departure, type SenderOptions, SnapshotSender, type TakeLearner } from './snapshotSender.ts';

export interface KeeperOptions extends SenderOptions {
  readonly opening: StoreOpening;
  readonly redoLog: RedoLog;
  readonly recall: Recall;
  /** Of the journal's last entry. */
  readonly position: () => JournalPosition;
  /** Removes the snapshots of a stream from the medium. */
  readonly remove: (stream: StreamId) => void;
  /** Forgets a stream in the journal and on the medium. */
  readonly forget: (stream: StreamId) => void;
  /** Samples that make a stream worth keeping when it has to leave. */
  readonly leastSamples: number;
}

/** States of streams that had to leave and that the medium does not take: beyond so many the oldest is given up. */
const MOST_LEAVING = 128;

/** A stream that there is no room for is not tried again before. */
const REFUSED_FOR_MS = 60_000;
const NO_MEMORY: Recollection = { outcome: 'no-memory', carried: undefined, tail: [], firstTail: undefined };

/** The state of a stream that has left, until it is on the medium or the stream is here again. */
interface Leaving {
  readonly carried: unknown;
  readonly learner: Promise<Uint8Array | undefined>;
}

/**
 * Knows of each stream where its state is. Everything but `recall` answers at once: it stands in the way of every sample.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #accounts = new Map<StreamId, Account>();
  readonly #leaving = new Map<StreamId, Leaving>();
  readonly #sender: SnapshotSender;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#sender = new SnapshotSender(options);
    for (const stored of options.opening.streams) this.#accounts.set(stored.stream, accountOf(stored));
    const now = options.clock.now();
    for (const stream of options.redoLog.streams()) {
      if (!this.#accounts.has(stream)) this.#accounts.set(stream, { ...newAccount(now), whereabouts: 'stored' });
    }
  }

  /** Resolves when every snapshot that was taken so far is on the medium, or has come to nothing. */
  async settled(): Promise<void> {
    await this.#sender.settled();
  }

  /** Snapshots that are not on the medium yet come to nothing: the journal has what they hold. */
  close(): void {
    this.#sender.close();
  }

  /** Every stream that is here or on the medium. */
  get accounts(): ReadonlyMap<StreamId, Account> {
    return this.#accounts;
  }

  /**
   * An input has its place in the journal.
   * @returns whether it may go on to its learner; else its stream has to be recalled first, and the input waits
   */
  note(input: StreamInput, position: JournalPosition): boolean {
    const { stream } = input;
    let account = this.#accounts.get(stream);
    if (account === undefined) {
      account = newAccount(this.#options.clock.now());
      this.#accounts.set(stream, account);
    }
    noteInput(account, position);
    if (input.kind === 'command') this.#obey(input, account, position);
    return account.whereabouts === 'here';
  }

  #obey({ stream, command }: Command, account: Account, position: JournalPosition): void {
    switch (command) {
      case 'forget':
        noteForgotten(account, position);
        this.#options.remove(stream);
        break;
      default:
        command satisfies never;
    }
  }

  /**
   * Brings a stream's state back to its learner. Once at a time for a stream; never rejects.
   * @param first of the sample that waits for it
   */
  async recall(stream: StreamId, first: JournalPosition): Promise<Recollection> {
    const { recall } = this.#options;
    const account = this.#accounts.get(stream) as Account;
    const leaving = this.#leaving.get(stream);
    if (this.#wasJustRefused(account)) return NO_MEMORY;
    account.whereabouts = 'coming';
    const learner = await leaving?.learner;
    const recollection =
      leaving === undefined || learner === undefined
        ? await recall.bring(stream, {
            hasSnapshot: account.generations.length > 0,
            before: first,
            voidUpTo: () => account.voidUpTo,
          })
        : await recall.bringBack(stream, learner, leaving.carried);
    if (recollection.outcome === 'no-memory') {
      account.whereabouts = 'stored';
      account.refusedAt = this.#options.clock.now();
    } else this.#arrive(stream, account, recollection);
    return recollection;
  }

  /** As `recall`, of a stream that no sample has come of. @returns undefined where it is here already, or on its way */
  recallAwaited(stream: StreamId, first: JournalPosition): Promise<Recollection> | undefined {
    return this.#accounts.get(stream)?.whereabouts === 'stored' ? this.recall(stream, first) : undefined;
  }

  /** Its snapshot is not read for each of its samples. */
  #wasJustRefused({ refusedAt }: Account): boolean {
    return refusedAt !== undefined && Math.abs(this.#options.clock.now() - refusedAt) < REFUSED_FOR_MS;
  }

  #arrive(stream: StreamId, account: Account, { outcome, tail, firstTail }: Recollection): void {
    const { redoLog, report, leastSamples } = this.#options;
    redoLog.drop(stream);
    this.#leaving.delete(stream);
    account.whereabouts = 'here';
    account.newSamples += tail.length;
    account.samples += tail.length + (outcome === 'restored' ? leastSamples : 0);
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
    return this.#sender.expect(this.#departure(stream, account, carried, () => false));
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
    account.whereabouts = 'stored';
    let give: TakeLearner = () => undefined;
    const learner = new Promise<Uint8Array | undefined>((resolve) => {
      give = resolve;
    });
    const leaving = { carried, learner };
    // Nobody else has this state: it is offered until the medium takes it, or the stream takes it back.
    const insists = (): boolean => this.#leaving.get(stream) === leaving;
    const send = this.#sender.expect(this.#departure(stream, account, carried, insists));
    this.#hold(stream, leaving);
    return (bytes) => {
      give(bytes);
      send(bytes);
    };
  }

  #departure(stream: StreamId, account: Account, carried: unknown, insists: () => boolean): Departure {
    const begun = beginSnapshot(account);
    const stored = (): void => {
      if (insists()) this.#leaving.delete(stream);
    };
    return { stream, account, begun, position: this.#options.position(), carried, insists, stored };
  }

  #hold(stream: StreamId, leaving: Leaving): void {
    this.#leaving.delete(stream);
    this.#leaving.set(stream, leaving);
    const [oldest] = this.#leaving.keys();
    if (this.#leaving.size > MOST_LEAVING && oldest !== undefined) this.#leaving.delete(oldest);
  }
}
