import { join } from 'node:path';
import { createNoteFile } from '../adapters/store/files/noteFile.ts';
import { createStore } from '../adapters/store/thread/createStore.ts';
import type { Config } from '../config/config.ts';
import { TidegateError } from '../domain/errors.ts';
import type { Report } from '../domain/events.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import { NO_NOTE } from '../domain/note.ts';
import type { RepeatDetector } from '../domain/receipt.ts';
import type { StateStore, StoreOpening } from '../domain/stateStore.ts';
import type { Delay } from '../domain/time.ts';
import type { OpenDurableState } from '../state/durableState.ts';
import type { StateNotes } from '../state/durableStateOptions.ts';
import type { NameOf } from '../state/log/nameOf.ts';
import { openDurableState } from '../state/openDurableState.ts';
import { renamedStore } from '../state/renamedStore.ts';
import { createReopeningStore, reportDamage } from '../state/reopeningStore.ts';
import type { AppOptions } from './appOptions.ts';
import { finishRename, pendingRename, renameNote } from './renaming.ts';

export interface OpenState {
  readonly durable: OpenDurableState | undefined;
  readonly store: StateStore | undefined;
  /** Names of streams by those that the journal has. Default: the same. */
  readonly nameOf?: NameOf | undefined;
  /** Rejects where the process has to start anew to take up what was kept; never resolves. */
  readonly failed: Promise<never>;
}

/** This part of `limits.queue_memory` is for entries without an acknowledgement, while the medium takes nothing. */
const JOURNAL_SHARE = 8;

interface OpenStateOptions {
  /** Brings the states of streams back to their machines. */
  readonly host: Pick<LearnerHost, 'restore' | 'evict'>;
  readonly repeats: RepeatDetector;
  readonly report: Report;
  readonly delay: Delay;
  /** Ends the wait for a state that cannot be taken. */
  readonly stop: AbortSignal;
  /** Notes beside the store, which the medium has to bear too. Default: none. */
  readonly beside?: { readonly bytesWritten: number };
}

/**
 * Opens the state of before and keeps it from now on; keeps none with `durability: none`.
 * @returns undefined where it is told to stop while it waits for a state that cannot be taken
 * @throws TidegateError TG_STATE_LOCKED, TG_STATE_NEWER, TG_STATE_UNSAFE
 */
export async function openState(options: AppOptions, how: OpenStateOptions): Promise<OpenState | undefined> {
  try {
    return await openNow(options, how);
  } catch (error) {
    const wasAwaited = error instanceof TidegateError && error.code === 'TG_STATE_FAILED';
    if (wasAwaited && how.stop.aborted) return undefined;
    throw error;
  }
}

async function openNow(
  options: AppOptions,
  { host, repeats, report, delay, stop, beside }: OpenStateOptions,
): Promise<OpenState> {
  const { config, clock } = options;
  const onOutput = (text: string): void => report({ type: 'ThreadOutput', thread: 'store', text: text.trimEnd() });
  const onReopened = (opening: StoreOpening): void => reportDamage(opening, report);
  let fail: (error: TidegateError) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // The lifecycle listens to it; until then it is not unhandled.
  failed.catch(() => undefined);
  if (config.state.durability === 'none') return { durable: undefined, store: undefined, failed };
  const opened = createReopeningStore({
    store: options.store ?? createStore({ folder: config.state.dir, onOutput, onReopened }),
    report,
    delay,
    stop,
    onFound: fail,
  });
  const note = options.store === undefined ? renameNote(config, options.log) : NO_NOTE;
  const pending = pendingRename(config, note);
  let opening: OpenDurableState | undefined;
  const finish = (): void => {
    if (pending !== undefined && opening !== undefined) void finishRename(opening, pending.from, note);
  };
  const renamed = pending && renamedStore(opened, pending, finish);
  const store = renamed?.store ?? opened;
  const durable = await openDurableState({
    store,
    nameOf: renamed?.nameOf,
    settings: config.state,
    host,
    repeats,
    clock,
    delay,
    report,
    leastSamples: leastSamplesOf(config),
    mostJournalPending: Math.floor(config.limits.queueMemory / JOURNAL_SHARE),
    mostLeavingBytes: config.limits.queueMemory,
    bytesBeside: () => beside?.bytesWritten ?? 0,
    notes: notesIn(config.state.dir),
  });
  opening = durable;
  if (renamed?.wasPending() === false) finish();
  return { durable, store, failed, nameOf: renamed?.nameOf };
}

function notesIn(folder: string): StateNotes {
  return {
    poison: createNoteFile(join(folder, 'underway.json')),
    session: createNoteFile(join(folder, 'session.json')),
    settled: createNoteFile(join(folder, 'settled.json')),
  };
}

/** A stream that has not begun to publish intervals has nothing that is worth its place on the medium. */
function leastSamplesOf({ streams }: Config): number {
  return Math.min(...streams.map(({ settings }) => settings.minSamples));
}
