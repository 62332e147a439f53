import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeNewStateFile } from '../adapters/store/files/stateFile.ts';
import { encodeExport } from '../adapters/store/snapshots/exportFile.ts';
import type {
  ExportedState,
  ExportFormat,
  FormerState,
  StateExchange,
  VerifiedState,
  WantedExport,
  WantedFormer,
  WantedImport,
} from '../domain/control.ts';
import { TidegateError } from '../domain/errors.ts';
import { RequestError } from '../domain/requestErrors.ts';
import type { StateStore, StoredSnapshot, StoredStream } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { LearnerSettings } from '../domain/streamSettings.ts';
import { toEpochMs, toIsoTime } from '../domain/time.ts';
import { toSafetensors } from '../hosts/export/safetensors.ts';
import { SnapshotError } from '../model/snapshotFormat.ts';
import type { AdoptionOutcome } from '../state/adoptions.ts';
import type { OpenDurableState } from '../state/durableState.ts';
import type { Adopt } from './adopting.ts';
import { type FileState, readFileState, requireFit } from './fileStates.ts';

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
  /** Lets a stream go on with another state. */
  readonly adopt: Adopt;
  /** undefined: the configuration does not say which settings the stream would have. */
  readonly settingsOf: (stream: StreamId) => LearnerSettings | undefined;
}

/** Refusals of a state. */
const REFUSALS: Readonly<Record<Exclude<AdoptionOutcome, 'adopted'>, ConstructorParameters<typeof RequestError>>> = {
  unfit: ['TG_REQUEST_FILE', 'no learner of the stream can go on from this state; it goes on as it was'],
  'no-room': ['TG_REQUEST_NOT_KEPT', 'there is no memory for the stream now'],
  'not-kept': ['TG_REQUEST_NOT_KEPT', 'the medium takes nothing now; the stream goes on as it was'],
};

/** States of streams that leave the daemon and come in, as files, and those of before. */
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
    }, 1);
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

  async import(wanted: WantedImport): Promise<ExportedState> {
    const { settingsOf, durable } = this.#parts;
    const found = this.#read(wanted);
    const { stream, bytes, savedAt } = found;
    const settings = settingsOf(stream);
    if (settings === undefined) throw new RequestError('TG_REQUEST_NO_STREAM');
    if (!wanted.isAdapted) requireFit(found, settings);
    await durable.saveStream(stream);
    await this.#adopt(stream, bytes);
    const file = `${FOLDER}/${wanted.file}`;
    return { stream, file, bytes: bytes.length, savedAt: toIsoTime(toEpochMs(savedAt)) };
  }

  async former({ stream, generation: wanted }: WantedFormer): Promise<FormerState> {
    const { store, durable } = this.#parts;
    const kept = (await store.list()).find((stored) => stored.stream === stream)?.generations ?? [];
    const generation = wanted ?? (kept[1] ?? kept[0])?.generation;
    const isKept = kept.some((each) => each.generation === generation);
    const snapshot = isKept ? await store.load(stream, (generation as number) + 1) : undefined;
    if (snapshot === undefined || snapshot.generation !== generation)
      throw new RequestError('TG_REQUEST_OUT_OF_REACH', 'there is no such state of the stream; `states` lists them');
    await durable.saveStream(stream);
    await this.#adopt(stream, snapshot.bytes);
    return { stream, generation, bytes: snapshot.bytes.length };
  }

  async #adopt(stream: StreamId, state: Uint8Array): Promise<void> {
    const outcome = await this.#parts.adopt(stream, state);
    if (outcome !== 'adopted') throw new RequestError(...REFUSALS[outcome]);
  }

  #read(wanted: WantedImport): FileState {
    try {
      return readFileState({ state: this.#parts.folder, exports: this.#folder }, wanted);
    } catch (error) {
      throw explainFile(error, IMPORT_REASONS);
    }
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

const IMPORT_REASONS: typeof REASONS = {
  TG_STATE_INVALID: 'the file is not the exported state of a stream, or is damaged',
  TG_STATE_NEWER: 'the file was written by a newer version',
};

/** Says it without the path, which the broker's other users need not know. */
function explainFile(error: unknown, reasons: typeof REASONS = REASONS): unknown {
  if (error instanceof SnapshotError) return new RequestError('TG_REQUEST_FILE', reasons.TG_STATE_INVALID);
  if (error instanceof TidegateError && reasons[error.code] !== undefined)
    return new RequestError('TG_REQUEST_FILE', reasons[error.code]);
  const { code } = error as NodeJS.ErrnoException;
  const isOfSystem = !(error instanceof RequestError) && !(error instanceof TidegateError) && code !== undefined;
  return isOfSystem ? new RequestError('TG_REQUEST_FILE', `the file cannot be used (${code})`) : error;
}
