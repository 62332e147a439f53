import { TidegateError } from '../domain/errors.ts';
import type { Report } from '../domain/events.ts';
import { type StateStore, StoreError, type StoreOpening } from '../domain/stateStore.ts';
import { type Delay, type DurationMs, toDurationMs, toEpochMs, toIsoTime } from '../domain/time.ts';

const NOTHING: StoreOpening = { streams: [], lastPosition: 0 };
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

export interface ReopeningStoreOptions {
  readonly store: StateStore;
  readonly report: Report;
  readonly delay: Delay;
  /** Ends the wait for a state that cannot be taken. */
  readonly stop: AbortSignal;
  /** Hears that another state lies there than the one that the process goes on from: TG_STATE_RETURNED. */
  readonly onFound: (error: TidegateError) => void;
}

/**
 * A store that gives up neither on a medium that takes nothing at the start (read-only, full) nor on one that is found to be
 * damaged later.
 * - Where something is stored and can be read, the process goes on from it, and each request that writes tries again.
 * - Where something is stored and cannot be read, the process waits for it: an empty memory is not to publish in its place.
 * - Where nothing is stored, forecasts begin, and each request tries to open it again. What is then found there cannot be joined
 *   with what was learned meanwhile: the process ends for it, and its supervisor starts it anew with everything that was kept.
 * - Of a damaged one, all that is whole is saved over to a new file.
 */
export function createReopeningStore(options: ReopeningStoreOptions): StateStore {
  return new ReopeningStore(options);
}

class ReopeningStore implements StateStore {
  readonly #store: StateStore;
  readonly #report: Report;
  readonly #delay: Delay;
  readonly #stop: AbortSignal;
  readonly #onFound: (error: TidegateError) => void;
  #isOpen = false;
  /** The state that was found late; from then on nothing may be written over it. */
  #found: TidegateError | undefined;
  #repairing: Promise<void> | undefined;
  /** At the start the medium took nothing, and no caller has heard yet that it does. */
  #isUntold = false;

  constructor({ store, report, delay, stop, onFound }: ReopeningStoreOptions) {
    this.#store = store;
    this.#report = report;
    this.#delay = delay;
    this.#stop = stop;
    this.#onFound = onFound;
  }

  async open(): Promise<StoreOpening> {
    for (let failures = 0; ; failures++) {
      try {
        const opening = await this.#store.open();
        this.#isOpen = true;
        this.#tell(opening);
        return opening;
      } catch (error) {
        if (error instanceof StoreError) {
          this.#tellRefusal(error);
          return NOTHING;
        }
        const isThere = error instanceof TidegateError && error.code === 'TG_STATE_FAILED';
        if (!isThere || this.#stop.aborted) throw error;
        const retryIn = toDurationMs(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
        this.#report({ type: 'StoreOutOfReach', error, retryIn });
        await this.#pause(retryIn);
      }
    }
  }

  #pause(time: DurationMs): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#delay(resolve, time);
      const end = (): void => {
        cancel();
        resolve();
      };
      this.#stop.addEventListener('abort', end, { once: true });
      if (this.#stop.aborted) end();
    });
  }

  append: StateStore['append'] = async (batch) => {
    try {
      await this.#try(() => this.#store.append(batch));
    } catch (error) {
      // The caller of `append` tells of this, and of the end of it.
      this.#isUntold = false;
      throw error;
    }
    if (this.#isUntold) this.#report({ type: 'StoreRecovered' });
    this.#isUntold = false;
  };
  save: StateStore['save'] = (snapshots) => this.#try(() => this.#store.save(snapshots));
  load: StateStore['load'] = (stream, below) => this.#try(() => this.#store.load(stream, below));
  backup: StateStore['backup'] = () => this.#try(() => this.#store.backup());
  trim: StateStore['trim'] = (position, past) => this.#try(() => this.#store.trim(position, past));
  remove: StateStore['remove'] = (stream) => this.#try(() => this.#store.remove(stream));
  repair: StateStore['repair'] = () => this.#store.repair();
  list: StateStore['list'] = async () => (this.#isOpen ? this.#store.list() : []);
  traffic: StateStore['traffic'] = () => this.#store.traffic();
  close: StateStore['close'] = () => this.#store.close();

  readJournal: StateStore['readJournal'] = async (take, from) =>
    this.#isOpen ? this.#store.readJournal(take, from) : { damaged: 0, from: 1 };

  async #try<T>(work: () => Promise<T>): Promise<T> {
    if (this.#found === undefined && !this.#isOpen) await this.#openLate();
    if (this.#found !== undefined) throw new StoreError('failed', this.#found.message, { cause: this.#found });
    try {
      return await work();
    } catch (error) {
      if (error instanceof TidegateError && error.code === 'TG_STATE_RETURNED') this.#find(error);
      if (error instanceof StoreError && error.fault === 'damaged') await this.#repair();
      throw error;
    }
  }

  async #openLate(): Promise<void> {
    const { streams, lastPosition } = await this.#store.open();
    this.#isOpen = true;
    if (streams.length === 0 && lastPosition === 0) return;
    this.#find(new TidegateError('TG_STATE_RETURNED', 'what was learned before can be read again'));
  }

  #find(error: TidegateError): void {
    this.#found ??= error;
    this.#onFound(this.#found);
  }

  /** Repairs once for all requests that met the damage. Each of them is repeated by its caller. */
  async #repair(): Promise<void> {
    this.#repairing ??= this.#store.repair().then((opening) => this.#tell(opening));
    try {
      await this.#repairing;
    } finally {
      this.#repairing = undefined;
    }
  }

  #tellRefusal(error: StoreError): void {
    this.#isUntold = true;
    this.#report({ type: 'StoreFailed', fault: error.fault, error, retryIn: toDurationMs(0) });
  }

  #tell(opening: StoreOpening): void {
    const { refusal, warning } = opening;
    if (warning !== undefined) this.#report({ type: 'StoreShared', warning });
    if (refusal !== undefined) this.#tellRefusal(new StoreError(refusal.fault, refusal.message));
    reportDamage(opening, this.#report);
  }
}

/** Reports what a store had to repair when it was opened, or opened again. */
export function reportDamage({ movedAside, backupOf }: StoreOpening, report: Report): void {
  if (movedAside === undefined) return;
  const backup = backupOf === undefined ? undefined : toIsoTime(toEpochMs(backupOf));
  report({ type: 'StoreDamaged', movedAside, backupOf: backup });
}
