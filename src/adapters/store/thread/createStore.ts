import {
  type JournalBatch,
  type JournalExtent,
  type JournalPosition,
  type StateStore,
  StoreError,
  type StoreOpening,
  type StoreTraffic,
} from '../../../domain/stateStore.ts';
import { releaseLock } from '../files/instanceLock.ts';
import { randomUuid } from '../files/randomUuid.ts';
import { type Answers, type Ask, fromSentPart } from './messages.ts';
import type { StoreSettings } from './openStore.ts';
import { StoreWorker } from './storeWorker.ts';

/** A string: the build leaves it as it is, and the sources themselves cannot run on a thread of Node.js 20. */
const ENTRY = new URL('./storeThread.js', import.meta.url);

export interface StoreOptions extends StoreSettings {
  /** The module that the store's thread runs. Default: the built one beside this file. */
  readonly entry?: URL | undefined;
  /** Hears what the thread writes to its stdout and stderr. */
  readonly onOutput?: (text: string) => void;
  /** The thread had died; the one after it has opened the store again. */
  readonly onReopened?: (opening: StoreOpening) => void;
}

/** A store in the state folder, on a thread of its own: the calling thread never waits for the medium. */
export function createStore(options: StoreOptions): StateStore {
  return new ThreadedStore(options);
}

class ThreadedStore implements StateStore {
  readonly #folder: string;
  /** Owner name of all threads of this store: the next one has the folder where one has died. */
  readonly #owner = randomUuid();
  readonly #worker: StoreWorker;
  #isOpen = false;
  #reading: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: StoreOptions) {
    this.#folder = options.folder;
    const { entry = ENTRY, onOutput = () => undefined, onReopened = () => undefined, ...settings } = options;
    this.#worker = new StoreWorker({ entry, settings: { ...settings, owner: this.#owner }, onOutput, onReopened });
  }

  open: StateStore['open'] = async () => {
    if (this.#isOpen) throw new StoreError('failed', 'the store is open already');
    this.#isOpen = true;
    try {
      return await this.#worker.start();
    } catch (error) {
      await this.#worker.stop();
      this.#isOpen = false;
      throw error;
    }
  };

  repair = (): Promise<StoreOpening> => this.#ask({ kind: 'repair' });

  append: StateStore['append'] = (batch) => {
    const bytes = batch.bytes.slice();
    return this.#ask({ kind: 'append', batch: { first: batch.first, last: batch.last, bytes } }, [bytes.buffer]);
  };

  /** One after the other: the thread reads the journal for one at a time. */
  readJournal: StateStore['readJournal'] = (take, from) => {
    const read = this.#reading.then(() => this.#readJournal(take, from));
    this.#reading = read.catch(() => undefined);
    return read;
  };

  async #readJournal(take: (batch: JournalBatch) => void, wanted?: JournalPosition): Promise<JournalExtent> {
    let damaged = 0;
    const from = await this.#ask({ kind: 'startReading', from: wanted });
    for (let part = await this.#nextPart(); part !== undefined; part = await this.#nextPart()) {
      damaged += part.damaged;
      for (const batch of fromSentPart(part)) take(batch);
    }
    return { damaged, from };
  }

  #nextPart(): Promise<Answers['nextPart']> {
    return this.#ask({ kind: 'nextPart' });
  }

  trim: StateStore['trim'] = (position, past) => this.#ask({ kind: 'trim', position, past });

  save: StateStore['save'] = (given) => {
    const snapshots = given.map((snapshot) => ({ ...snapshot, bytes: snapshot.bytes.slice() }));
    const buffers = snapshots.map(({ bytes }) => bytes.buffer);
    return this.#ask({ kind: 'save', snapshots }, buffers);
  };

  load: StateStore['load'] = (stream, below) => this.#ask({ kind: 'load', stream, below });
  remove: StateStore['remove'] = (stream) => this.#ask({ kind: 'remove', stream });
  list: StateStore['list'] = () => this.#ask({ kind: 'list' });
  backup: StateStore['backup'] = () => this.#ask({ kind: 'backup' });
  traffic = (): StoreTraffic => this.#worker.traffic;

  close: StateStore['close'] = () => {
    this.#closing ??= this.#close();
    return this.#closing;
  };

  async #close(): Promise<void> {
    try {
      await this.#worker.stop();
    } finally {
      // A thread that has died leaves it behind.
      if (this.#isOpen) releaseLock(this.#folder, this.#owner);
      this.#isOpen = false;
    }
  }

  #ask<Kind extends keyof Answers>(
    ask: Extract<Ask, { readonly kind: Kind }>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Answers[Kind]> {
    if (!this.#isOpen || this.#closing !== undefined) {
      return Promise.reject(new StoreError('failed', 'the store is not open'));
    }
    return this.#worker.ask(ask, transfer);
  }
}
