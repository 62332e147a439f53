import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { soleEntryOf } from '../config/edit/soleEntry.ts';
import type { Renaming, Submit, WantedRename } from '../domain/control.ts';
import type { Note } from '../domain/note.ts';
import type { ChangeOutcome, OptionControl } from '../domain/optionControl.ts';
import { RequestError } from '../domain/requestErrors.ts';
import type { StateStore } from '../domain/stateStore.ts';
import { isStreamId, type StreamId } from '../domain/streamId.ts';
import type { Adoption } from '../domain/streamInput.ts';
import type { Clock } from '../domain/time.ts';
import type { OpenDurableState } from '../state/durableState.ts';
import type { PendingRename } from '../state/renamedStore.ts';
import type { Log } from '../telemetry/log.ts';
import { fileNote } from './fileNote.ts';

const WARNINGS = {
  unreadable: 'note of a renamed stream unreadable: where the rename was not done, the stream begins anew',
  unsaved: 'note of a renamed stream not saved',
} as const;

/** A rename that is under way, beyond the life of the process. */
export function renameNote({ state }: Config, log: Log): Note {
  return fileNote(join(state.dir, 'renaming.json'), log, WARNINGS);
}

/** @returns the rename that a process before has begun, where the configuration says that it is to be; undefined: there is none */
export function pendingRename(config: Config, note: Note): PendingRename | undefined {
  const pending = readNote(note);
  if (pending === undefined) return undefined;
  const { from, to } = pending;
  if (soleEntryOf(config, to) !== undefined && soleEntryOf(config, from) === undefined) return pending;
  note.write(null);
  return undefined;
}

/**
 * There is a state of the present name: nothing is left of the former one. The journal says so, and the note goes once it does; what the medium will not
 * remove is tried again, by each start too.
 */
export async function finishRename(
  { residency, journal }: Pick<OpenDurableState, 'residency' | 'journal'>,
  from: StreamId,
  note: Note,
): Promise<void> {
  residency.discard(from);
  await journal.untilDurable(journal.position);
  note.write(null);
}

function readNote(note: Note): PendingRename | undefined {
  const { from, to, position } = (note.read() ?? {}) as Readonly<Record<string, unknown>>;
  const isWhole = typeof from === 'string' && typeof to === 'string' && Number.isSafeInteger(position);
  if (!isWhole || !isStreamId(from) || !isStreamId(to)) return undefined;
  return { from, to, position: position as number };
}

export interface RenamingParts {
  readonly options: OptionControl;
  readonly durable: OpenDurableState;
  readonly store: StateStore;
  readonly submit: Submit;
  readonly clock: Clock;
  readonly note: Note;
  readonly isAlive: (stream: StreamId) => boolean;
  /** Alarms, unit and pause of a stream become those of another one. */
  readonly move: (from: StreamId, to: StreamId) => void;
}

/**
 * Streams that get other names and keep what they have learned. The name changes in the file of the configuration, and what comes from then on waits
 * for the state, which the stream takes along. A note says what is under way: a start after a crash finds the state under the former name
 * (`renamedStore.ts`).
 */
export class StreamRenaming implements Renaming {
  readonly #parts: RenamingParts;
  #isUnderWay = false;

  constructor(parts: RenamingParts) {
    this.#parts = parts;
  }

  async rename(wanted: WantedRename): Promise<ChangeOutcome> {
    const { options } = this.#parts;
    if (wanted.isPlan) return options.rename(wanted);
    if (this.#isUnderWay) throw new RequestError('TG_REQUEST_TOO_MANY', 'another stream is being renamed');
    this.#isUnderWay = true;
    try {
      await this.#prepare(wanted);
      return await this.#rename(wanted);
    } finally {
      this.#isUnderWay = false;
    }
  }

  /** @throws RequestError where the stream cannot take its state along now */
  async #prepare({ stream: from, to }: WantedRename): Promise<void> {
    const { durable, store, isAlive } = this.#parts;
    const { journal, residency } = durable;
    if (!isAlive(from))
      throw new RequestError('TG_REQUEST_NO_STREAM', 'the stream is not here now; ask again after its next reading');
    await this.#finishFormer();
    const isTaken = isAlive(to) || (await store.list()).some(({ stream }) => stream === to);
    if (isTaken) throw new RequestError('TG_REQUEST_INVALID', 'to: there is a stream of this id; forget it first');
    const before = residency.residencies.get(from)?.generations;
    await durable.saveStream(from);
    const { generations, newInputs = 1 } = residency.residencies.get(from) ?? {};
    if (journal.isFailing || (generations === before && newInputs > 0))
      throw new RequestError('TG_REQUEST_NOT_KEPT', 'the medium takes nothing now, or the stream is on its way');
  }

  /** In one turn up to the order: no reading of the new name is before it. */
  async #rename(wanted: WantedRename): Promise<ChangeOutcome> {
    const { options, durable, submit, clock, note, move } = this.#parts;
    const { stream: from, to } = wanted;
    const { residency, journal } = durable;
    options.rename({ ...wanted, isPlan: true });
    if (!note.write({ from, to, position: journal.position }))
      throw new RequestError('TG_REQUEST_NOT_KEPT', 'the medium takes nothing now; nothing has changed');
    let outcome: ChangeOutcome;
    try {
      outcome = options.rename(wanted);
    } catch (error) {
      note.write(null);
      throw error;
    }
    const order: Adoption = { kind: 'command', stream: to, at: clock.now(), command: 'adopt' };
    const adopted = residency.orders.adoptions.outcomeOf(order, { from, state: () => residency.stateOf(from) });
    const isTaken = submit(order);
    move(from, to);
    await isTaken;
    if ((await adopted) === 'adopted') await this.#finish(from);
    return outcome;
  }

  async #finish(from: StreamId): Promise<void> {
    const { durable, note } = this.#parts;
    await durable.residency.settled();
    await finishRename(durable, from, note);
  }

  /** A process before has died amid a rename: it is done once there is a state of the new name. */
  async #finishFormer(): Promise<void> {
    const { durable, note } = this.#parts;
    const pending = readNote(note);
    if (pending === undefined) return;
    await durable.saveStream(pending.to);
    if (!(durable.residency.residencies.get(pending.to)?.generations.length ?? 0))
      throw new RequestError('TG_REQUEST_NOT_KEPT', 'the stream that was renamed last is on its way');
    await this.#finish(pending.from);
  }
}
