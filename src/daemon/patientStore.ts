import { TidegateError } from '../domain/errors.ts';
import type { Report } from '../domain/events.ts';
import { type StateStore, StoreError, type StoreOpening } from '../domain/stateStore.ts';
import { toDurationMs } from '../domain/time.ts';

const NOTHING: StoreOpening = { streams: [], lastPosition: 0 };

/**
 * A store whose medium could not be opened at the start (read-only, full): forecasts go on without it, and each request tries
 * to open it again. What is found on it then cannot be joined with what was learned meanwhile: the process ends for it,
 * and its supervisor starts it anew with everything that was kept. A medium that holds nothing yet is simply used from then on.
 *
 * @param onFound hears that the store has something: TG_STATE_RETURNED
 */
export function createPatientStore(
  store: StateStore,
  report: Report,
  onFound: (error: TidegateError) => void,
): StateStore {
  let isOpen = false;

  async function open(): Promise<void> {
    if (isOpen) return;
    const { streams, lastPosition } = await store.open();
    isOpen = true;
    if (streams.length === 0 && lastPosition === 0) return;
    onFound(new TidegateError('TG_STATE_RETURNED', 'what was learned before can be read again'));
    throw new StoreError('failed', 'the process has to start anew to take up what was kept');
  }

  return {
    async open() {
      try {
        const opening = await store.open();
        isOpen = true;
        return opening;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        report({ type: 'StoreFailed', fault: error.fault, error, retryIn: toDurationMs(0) });
        return NOTHING;
      }
    },
    append: async (batch) => {
      await open();
      await store.append(batch);
    },
    readJournal: async (take) => (isOpen ? store.readJournal(take) : { damaged: 0 }),
    trim: async (position) => (isOpen ? store.trim(position) : undefined),
    save: async (snapshots) => {
      await open();
      await store.save(snapshots);
    },
    load: async (stream, below) => {
      await open();
      return store.load(stream, below);
    },
    remove: async (stream) => (isOpen ? store.remove(stream) : undefined),
    list: async () => (isOpen ? store.list() : []),
    backup: async () => {
      await open();
      await store.backup();
    },
    traffic: () => store.traffic(),
    close: () => store.close(),
  };
}
