import type { StateStore, StoreOpening } from '../../../domain/stateStore.ts';
import type { StoreSettings } from './openStore.ts';
import { StoreCore } from './storeCore.ts';

/** The store on the calling thread, which waits for the medium: for commands that do one thing, and for tests. */
export function createInlineStore(settings: StoreSettings, now?: () => number): StateStore {
  return new CallingThreadStore(settings, now);
}

class CallingThreadStore implements StateStore {
  readonly #core: StoreCore;

  constructor(settings: StoreSettings, now: (() => number) | undefined) {
    this.#core = new StoreCore(settings, now);
  }

  open: StateStore['open'] = async () => this.#core.open();
  repair = async (): Promise<StoreOpening> => this.#core.repair();
  append: StateStore['append'] = async (batch) => this.#core.append(batch);

  readJournal: StateStore['readJournal'] = async (take, wanted) => {
    let damaged = 0;
    const from = this.#core.startReading(wanted);
    for (let part = this.#core.nextPart(); part !== undefined; part = this.#core.nextPart()) {
      damaged += part.damaged;
      for (const batch of part.batches) take(batch);
    }
    return { damaged, from };
  };

  trim: StateStore['trim'] = async (position, past) => this.#tidyAfter(() => this.#core.trim(position, past));
  save: StateStore['save'] = async (snapshots) => this.#tidyAfter(() => this.#core.save(snapshots));
  load: StateStore['load'] = async (stream, below) => this.#core.load(stream, below);
  remove: StateStore['remove'] = async (stream) => this.#tidyAfter(() => this.#core.remove(stream));
  list: StateStore['list'] = async () => this.#core.list();
  backup: StateStore['backup'] = async () => this.#core.backup();
  traffic: StateStore['traffic'] = () => this.#core.traffic;

  close: StateStore['close'] = async () => this.#core.close();

  #tidyAfter<Result>(work: () => Result): Result {
    const result = work();
    this.#core.tidy();
    return result;
  }
}
