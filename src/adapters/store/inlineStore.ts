import { mkdirSync } from 'node:fs';
import type { StateStore, StoreOpening } from '../../domain/stateStore.ts';
import { acquireLock, type InstanceLock } from './instanceLock.ts';
import { StoreCore } from './storeCore.ts';
import { toStoreError } from './storeFault.ts';
import type { StoreSettings } from './storeParts.ts';

/** The store on the calling thread, which waits for the medium: for commands that do one thing, and for tests. */
export function createInlineStore(settings: StoreSettings, now?: () => number): StateStore {
  return new CallingThreadStore(settings, now);
}

class CallingThreadStore implements StateStore {
  readonly #folder: string;
  readonly #core: StoreCore;
  #lock: InstanceLock | undefined;

  constructor(settings: StoreSettings, now: (() => number) | undefined) {
    this.#folder = settings.folder;
    this.#core = new StoreCore(settings, now);
  }

  open: StateStore['open'] = async () => {
    this.#lock = lockFolder(this.#folder);
    try {
      return this.#core.open();
    } catch (error) {
      this.#release();
      throw error;
    }
  };

  repair = async (): Promise<StoreOpening> => this.#core.repair();
  append: StateStore['append'] = async (batch) => this.#core.append(batch);

  readJournal: StateStore['readJournal'] = async (take) => {
    let damaged = 0;
    this.#core.startReading();
    for (let part = this.#core.nextPart(); part !== undefined; part = this.#core.nextPart()) {
      damaged += part.damaged;
      for (const batch of part.batches) take(batch);
    }
    return { damaged };
  };

  trim: StateStore['trim'] = async (position) => this.#tidyAfter(() => this.#core.trim(position));
  save: StateStore['save'] = async (snapshots) => this.#tidyAfter(() => this.#core.save(snapshots));
  load: StateStore['load'] = async (stream, below) => this.#core.load(stream, below);
  remove: StateStore['remove'] = async (stream) => this.#tidyAfter(() => this.#core.remove(stream));
  list: StateStore['list'] = async () => this.#core.list();
  backup: StateStore['backup'] = async () => this.#core.backup();
  traffic: StateStore['traffic'] = () => this.#core.traffic;

  close: StateStore['close'] = async () => {
    try {
      this.#core.close();
    } finally {
      this.#release();
    }
  };

  #tidyAfter(work: () => void): void {
    work();
    this.#core.tidy();
  }

  #release(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }
}

/** Makes the folder where it is missing and takes it. @throws TidegateError TG_STATE_LOCKED, StoreError */
export function lockFolder(folder: string): InstanceLock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return acquireLock(folder);
  } catch (error) {
    throw toStoreError(error, folder);
  }
}
