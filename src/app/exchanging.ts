import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeNewStateFile } from '../adapters/store/files/stateFile.ts';
import { encodeExport } from '../adapters/store/snapshots/exportFile.ts';
import type { ExportedState, ExportFormat, StateExchange, VerifiedState, WantedExport } from '../domain/control.ts';
import { TidegateError } from '../domain/errors.ts';
import { RequestError } from '../domain/requestErrors.ts';
import type { StateStore, StoredSnapshot, StoredStream } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { toEpochMs, toIsoTime } from '../domain/time.ts';
import { toSafetensors } from '../hosts/export/safetensors.ts';
import { SnapshotError } from '../model/snapshotFormat.ts';
import type { OpenDurableState } from '../state/openDurableState.ts';

/** Folder of files that go out, within the state folder: a request names no other place. */
const FOLDER = 'exports';
/** All files there together, bytes, and their number. */
const MOST_BYTES = 256 * 2 ** 20;
const MOST_FILES = 1000;
/** Kinds of files by the ends of their names. */
const ENDS: Readonly<Record<ExportFormat, string>> = { state: '.state', safetensors: '.safetensors' };

export interface ExchangeParts {
  /** The state folder. */
  readonly folder: string;
  readonly store: StateStore;
  readonly durable: Pick<OpenDurableState, 'saveStream'>;
  readonly now: () => number;
}

/** States of streams that leave the daemon, as files. */
export class FileExchange implements StateExchange {
  readonly #parts: ExchangeParts;
  readonly #folder: string;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#folder = join(parts.folder, FOLDER);
  }

  list(): Promise<readonly StoredStream[]> {
    return this.#parts.store.list();
  }

  async verify(): Promise<VerifiedState> {
    const { store } = this.#parts;
    const streams = await store.list();
    let [snapshots, damagedSnapshots, batches] = [0, 0, 0];
    for (const { stream, generations } of streams) {
      const whole = await wholeGenerations(store, stream, generations.length);
      snapshots += whole;
      damagedSnapshots += generations.length - whole;
    }
    const { damaged } = await store.readJournal(() => {
      batches++;
    });
    return { streams: streams.length, snapshots, damagedSnapshots, batches, journalGaps: damaged };
  }

  async export({ stream, format, file }: WantedExport): Promise<ExportedState> {
    const { store, durable, now } = this.#parts;
    await durable.saveStream(stream);
    const snapshot = await store.load(stream);
    if (snapshot === undefined)
      throw new RequestError(
        'TG_REQUEST_NOT_KEPT',
        'nothing of the stream is kept yet: it has learned too little, or the medium takes nothing',
      );
    const savedAt = (await store.list()).find((stored) => stored.stream === stream)?.savedAt ?? now();
    const bytes = toFile(snapshot, savedAt, format);
    const name = file ?? `${encodeURIComponent(stream)}-${now()}${ENDS[format]}`;
    this.#makeRoom(bytes.length);
    try {
      writeNewStateFile(join(this.#folder, name), bytes);
    } catch (error) {
      throw explainFile(error);
    }
    return { stream, file: `${FOLDER}/${name}`, bytes: bytes.length, savedAt: toIsoTime(toEpochMs(savedAt)) };
  }

  /** @throws RequestError */
  #makeRoom(bytes: number): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const names = readdirSync(this.#folder);
      const taken = names.reduce(
        (sum, name) => sum + (statSync(join(this.#folder, name), { throwIfNoEntry: false })?.size ?? 0),
        0,
      );
      if (names.length < MOST_FILES && taken + bytes <= MOST_BYTES) return;
    } catch (error) {
      throw explainFile(error);
    }
    throw new RequestError(
      'TG_REQUEST_FILE',
      `${FOLDER} is full: it holds ${MOST_FILES} files and ${MOST_BYTES / 2 ** 20} MiB at most`,
    );
  }
}

/** Number of the newest generations that can be read as they were written. */
async function wholeGenerations(store: StateStore, stream: StreamId, count: number): Promise<number> {
  let whole = 0;
  for (let below = Number.POSITIVE_INFINITY; whole < count; whole++) {
    const snapshot = await store.load(stream, below);
    if (snapshot === undefined) break;
    below = snapshot.generation;
  }
  return whole;
}

function toFile(snapshot: StoredSnapshot, savedAt: number, format: ExportFormat): Uint8Array {
  try {
    return format === 'state' ? encodeExport(snapshot, savedAt) : toSafetensors(snapshot.bytes);
  } catch (error) {
    throw explainFile(error);
  }
}

const REASONS: Partial<Record<TidegateError['code'], string>> = {
  TG_STATE_INVALID: 'what is kept of the stream is damaged, or no state of a learner',
  TG_STATE_NEWER: 'what is kept of the stream was written by a newer version',
  TG_OUTPUT_FAILED: 'the file cannot be written: it is there already, or the medium takes nothing',
};

/** Says it without the path, which the broker's other users need not know. */
function explainFile(error: unknown): unknown {
  if (error instanceof SnapshotError) return new RequestError('TG_REQUEST_FILE', REASONS.TG_STATE_INVALID);
  if (error instanceof TidegateError && REASONS[error.code] !== undefined)
    return new RequestError('TG_REQUEST_FILE', REASONS[error.code]);
  const { code } = error as NodeJS.ErrnoException;
  const isOfSystem = !(error instanceof RequestError) && !(error instanceof TidegateError) && code !== undefined;
  return isOfSystem ? new RequestError('TG_REQUEST_FILE', `the file cannot be used (${code})`) : error;
}
