import { join } from 'node:path';
import { timerDelay } from '../adapters/clock/timerDelay.ts';
import { createStore } from '../adapters/store/createStore.ts';
import { createNoteFile } from '../adapters/store/noteFile.ts';
import type { Config } from '../config/config.ts';
import type { TidegateError } from '../domain/errors.ts';
import type { Report } from '../domain/events.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import type { StateStore } from '../domain/stateStore.ts';
import type { DaemonOptions } from './daemon.ts';
import { type OpenKeeping, openKeeping } from './keeping.ts';
import { createPatientStore } from './patientStore.ts';

export interface OpenState {
  readonly keeping: OpenKeeping | undefined;
  readonly store: StateStore | undefined;
  /** Rejects where the process has to start anew to take up what was kept; never resolves. */
  readonly failed: Promise<never>;
}

/** Of `limits.queue_memory`, for entries that no acknowledgement depends on, while the medium takes nothing. */
const JOURNAL_SHARE = 8;

/**
 * The state of before, and who keeps it from now on; nobody with `durability: none`.
 * @throws TidegateError TG_STATE_LOCKED, TG_STATE_NEWER
 */
export async function openState(options: DaemonOptions, host: LearnerHost, report: Report): Promise<OpenState> {
  const { config, clock, log } = options;
  const onOutput = (text: string): void => log.warning('the store says', { text: text.trimEnd() });
  let fail: (error: TidegateError) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Whoever runs the daemon listens to it; until then it is not unhandled.
  failed.catch(() => undefined);
  if (config.state.durability === 'none') return { keeping: undefined, store: undefined, failed };
  const store = createPatientStore({
    store: options.store ?? createStore({ folder: config.state.dir, onOutput }),
    report,
    onFound: fail,
  });
  const keeping = await openKeeping({
    store,
    settings: config.state,
    host,
    clock,
    delay: timerDelay,
    report,
    leastSamples: leastSamplesOf(config),
    mostJournalPending: Math.floor(config.limits.queueMemory / JOURNAL_SHARE),
    notes: {
      suspects: createNoteFile(join(config.state.dir, 'underway.json')),
      session: createNoteFile(join(config.state.dir, 'session.json')),
    },
  });
  return { keeping, store, failed };
}

/** A stream that has not begun to publish intervals has nothing that is worth its place on the medium. */
function leastSamplesOf({ streams }: Config): number {
  return Math.min(...streams.map(({ settings }) => settings.minSamples));
}
