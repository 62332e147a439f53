import type { StreamId } from '../../domain/streamId.ts';
import type { TopicNotes } from '../../domain/topicNotes.ts';
import type { UnitNote } from './streamUnit.ts';

/** Units that a stream and its inputs may have: the oldest beyond them are forgotten. */
const MOST_PER_STREAM = 4;

/** @returns undefined where nothing is kept, or the stream has no name */
export function noteIn(
  memory: UnitMemory | undefined,
  stream: StreamId | undefined,
  input?: string,
): UnitNote | undefined {
  if (memory === undefined || stream === undefined) return undefined;
  return {
    get epoch() {
      return memory.epoch;
    },
    read: () => memory.of(stream, input),
    write: (unit) => memory.note(unit, stream, input),
  };
}

/**
 * Units of the readings of streams that write them behind their numbers, beyond the life of the process: the first reading after a start may
 * come in another one. A line of the notes is the unit, a blank, the stream, and for an input a blank and its path, each without blanks of
 * its own.
 */
export class UnitMemory {
  readonly #most: number;
  readonly #units = new Map<string, string>();
  #notes: TopicNotes | undefined;
  /** Changes where something was forgotten: who has asked before asks again. */
  epoch = 0;

  /** @param streams that there are at most */
  constructor(streams: number) {
    this.#most = MOST_PER_STREAM * streams;
  }

  /** Goes on with what processes before have noted. To be called before the first message. */
  open(notes: TopicNotes): void {
    this.#notes = notes;
    for (const line of notes.read() ?? []) {
      const end = line.indexOf(' ');
      const unit = decoded(line.slice(0, end));
      if (end > 0 && unit !== undefined) this.#units.set(line.slice(end + 1), unit);
      else notes.remove(line);
    }
    this.#shorten();
  }

  /** @param input path of an input of the stream; undefined: the reading itself */
  of(stream: StreamId, input?: string): string | undefined {
    return this.#units.get(keyOf(stream, input));
  }

  note(unit: string, stream: StreamId, input?: string): void {
    const key = keyOf(stream, input);
    if (this.#units.get(key) === unit) return;
    this.#remove(key);
    this.#units.set(key, unit);
    this.#notes?.add(lineOf(key, unit));
    this.#shorten();
  }

  /** The stream begins anew, in whatever unit its next reading has. */
  forget(stream: StreamId): void {
    const own = keyOf(stream);
    for (const key of [...this.#units.keys()]) if (key === own || key.startsWith(`${own} `)) this.#remove(key);
    this.epoch++;
  }

  close(): void {
    this.#notes?.close();
  }

  #shorten(): void {
    for (const key of this.#units.keys()) {
      if (this.#units.size <= this.#most) return;
      this.#remove(key);
    }
  }

  #remove(key: string): void {
    const unit = this.#units.get(key);
    if (unit === undefined) return;
    this.#units.delete(key);
    this.#notes?.remove(lineOf(key, unit));
  }
}

function keyOf(stream: StreamId, input?: string): string {
  const own = encodeURIComponent(stream);
  return input === undefined ? own : `${own} ${encodeURIComponent(input)}`;
}

function lineOf(key: string, unit: string): string {
  return `${encodeURIComponent(unit)} ${key}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
