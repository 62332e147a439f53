import type { Note } from '../../domain/note.ts';
import { isStreamId, type StreamId } from '../../domain/streamId.ts';
import type { Label } from '../../domain/streamInput.ts';
import { type EpochMs, isRepresentable, toEpochMs } from '../../domain/time.ts';

const FORMAT = 1;
/** Labels of a stream, streams that have any, and characters of a name: some 200 kB in all. */
const MOST_OF_STREAM = 100;
const MOST_STREAMS = 50;
const LONGEST_NAME = 40;

/** A label as the page draws it. */
export interface ShownLabel {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly label: string;
}

/** The newest labels of streams, for their charts, in bounded memory. The learners have the labels themselves. */
export class LabelBook {
  readonly #note: Note;
  /** The stream with the newest label last. */
  readonly #byStream = new Map<StreamId, ShownLabel[]>();
  #isChanged = false;

  constructor(note: Note) {
    this.#note = note;
    this.#load();
  }

  /** In the order in which they came. */
  of(stream: StreamId): readonly ShownLabel[] {
    return this.#byStream.get(stream) ?? [];
  }

  add({ stream, from, to, label }: Pick<Label, 'stream' | 'from' | 'to' | 'label'>): void {
    if (!(isRepresentable(from) && isRepresentable(to))) return;
    const labels = this.#byStream.get(stream) ?? [];
    this.#byStream.delete(stream);
    this.#byStream.set(stream, labels);
    labels.push({ from, to, label: label.slice(0, LONGEST_NAME) });
    if (labels.length > MOST_OF_STREAM) labels.shift();
    const [oldest] = this.#byStream.keys();
    if (this.#byStream.size > MOST_STREAMS && oldest !== undefined) this.#byStream.delete(oldest);
    this.#isChanged = true;
  }

  forget(stream: StreamId): void {
    if (this.#byStream.delete(stream)) this.#isChanged = true;
  }

  /** Keeps them for the next process, where they have changed. */
  save(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const streams = [...this.#byStream].map(([id, labels]) => [
      id,
      labels.map(({ from, to, label }) => [from, to, label]),
    ]);
    this.#note.write({ format: FORMAT, streams });
  }

  /** Passes over what cannot be read. */
  #load(): void {
    const saved = this.#note.read() as { format?: unknown; streams?: unknown } | null | undefined;
    if (saved?.format !== FORMAT || !Array.isArray(saved.streams)) return;
    for (const entry of saved.streams.slice(-MOST_STREAMS)) {
      const [id, labels] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (typeof id !== 'string' || !isStreamId(id) || !Array.isArray(labels)) continue;
      for (const label of labels.slice(-MOST_OF_STREAM)) this.#restore(id, label);
    }
    this.#isChanged = false;
  }

  #restore(stream: StreamId, saved: unknown): void {
    const [from, to, label] = Array.isArray(saved) ? (saved as unknown[]) : [];
    if (typeof from !== 'number' || typeof to !== 'number' || typeof label !== 'string') return;
    this.add({ stream, from: toEpochMs(from), to: toEpochMs(to), label });
  }
}
