import { TidegateError } from '../domain/errors.ts';
import type { Report } from '../domain/events.ts';
import { type StateStore, StoreError, type StoreOpening } from '../domain/stateStore.ts';
import { toDurationMs, toEpochMs, toIsoTime } from '../domain/time.ts';

const NOTHING: StoreOpening = { streams: [], lastPosition: 0 };

export interface PatientStoreOptions {
  readonly store: StateStore;
  readonly report: Report;
  /** Hears that there is something on a medium that could not be read at the start: TG_STATE_RETURNED. */
  readonly onFound: (error: TidegateError) => void;
}

/**
 * A store that gives up neither on a medium that cannot be opened at the start (read-only, full) nor on one that is found to be
 * damaged later. Forecasts go on without the first, and each request tries to open it again; what is then found on it cannot
 * be joined with what was learned meanwhile: the process ends for it, and its supervisor starts it anew with everything that was
 * kept. A medium that holds nothing yet is simply used from then on. Of the second, all that is whole is saved over to a new file.
 */
export function createPatientStore(options: PatientStoreOptions): StateStore {
  return new PatientStore(options);
}

class PatientStore implements StateStore {
  readonly #store: StateStore;
  readonly #report: Report;
  readonly #onFound: (error: TidegateError) => void;
  #isOpen = false;
  /** What was found late; from then on nothing may be written over it. */
  #found: TidegateError | undefined;
  #repairing: Promise<void> | undefined;

  constructor({ store, report, onFound }: PatientStoreOptions) {
    this.#store = store;
    this.#report = report;
    this.#onFound = onFound;
  }

  async open(): Promise<StoreOpening> {
    try {
      const opening = await this.#store.open();
      this.#isOpen = true;
      this.#tellDamage(opening);
      return opening;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#report({ type: 'StoreFailed', fault: error.fault, error, retryIn: toDurationMs(0) });
      return NOTHING;
    }
  }

  append: StateStore['append'] = (batch) => this.#try(() => this.#store.append(batch));
  save: StateStore['save'] = (snapshots) => this.#try(() => this.#store.save(snapshots));
  load: StateStore['load'] = (stream, below) => this.#try(() => this.#store.load(stream, below));
  backup: StateStore['backup'] = () => this.#try(() => this.#store.backup());
  trim: StateStore['trim'] = (position) => this.#try(() => this.#store.trim(position));
  remove: StateStore['remove'] = (stream) => this.#try(() => this.#store.remove(stream));
  repair: StateStore['repair'] = () => this.#store.repair();
  list: StateStore['list'] = async () => (this.#isOpen ? this.#store.list() : []);
  traffic: StateStore['traffic'] = () => this.#store.traffic();
  close: StateStore['close'] = () => this.#store.close();

  readJournal: StateStore['readJournal'] = async (take) =>
    this.#isOpen ? this.#store.readJournal(take) : { damaged: 0 };

  async #try<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isOpen) await this.#openLate();
    if (this.#found !== undefined) throw new StoreError('failed', this.#found.message, { cause: this.#found });
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreError && error.fault === 'damaged') await this.#repair();
      throw error;
    }
  }

  async #openLate(): Promise<void> {
    const { streams, lastPosition } = await this.#store.open();
    this.#isOpen = true;
    if (streams.length === 0 && lastPosition === 0) return;
    this.#found = new TidegateError('TG_STATE_RETURNED', 'what was learned before can be read again');
    this.#onFound(this.#found);
  }

  /** Once for all requests that met the damage. Each of them is repeated by whoever made it. */
  async #repair(): Promise<void> {
    this.#repairing ??= this.#store.repair().then((opening) => this.#tellDamage(opening));
    try {
      await this.#repairing;
    } finally {
      this.#repairing = undefined;
    }
  }

  #tellDamage({ movedAside, backupOf }: StoreOpening): void {
    if (movedAside === undefined) return;
    const backup = backupOf === undefined ? undefined : toIsoTime(toEpochMs(backupOf));
    this.#report({ type: 'StoreDamaged', movedAside, backupOf: backup });
  }
}
