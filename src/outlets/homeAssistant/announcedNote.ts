import type { Note } from '../../domain/note.ts';
import { isStreamId, type StreamId } from '../../domain/streamId.ts';
import type { DeviceIdentity } from './device.ts';
import { identityOf } from './sourceDevices.ts';

/** An announcement of one stream, or of the daemon, as Home Assistant was told it last. */
export interface Announced {
  /** undefined: it is of the daemon. */
  readonly stream: StreamId | undefined;
  /** Topic that the stream comes from. */
  readonly source: string;
  /** Device that the entities belong to. */
  readonly device: string;
  /** The device as its own program had announced it; undefined: the device is one of ours. */
  readonly known?: DeviceIdentity | undefined;
  /** Platform of each entity. */
  readonly components: Readonly<Record<string, string>>;
}

/**
 * Remembers what Home Assistant was told at each topic, over all processes: it removes an entity of a device only where it is told that by its name.
 * Every change is written with the next `save`.
 */
export class AnnouncedNote {
  readonly #note: Note;
  readonly #announced: Map<string, Announced>;
  #isChanged = false;

  constructor(note: Note) {
    this.#note = note;
    this.#announced = readAnnounced(note.read());
  }

  get topics(): readonly string[] {
    return [...this.#announced.keys()];
  }

  get(topic: string): Announced | undefined {
    return this.#announced.get(topic);
  }

  set(topic: string, announced: Announced): void {
    if (JSON.stringify(this.#announced.get(topic)) === JSON.stringify(announced)) return;
    this.#announced.set(topic, announced);
    this.#isChanged = true;
  }

  delete(topic: string): void {
    if (this.#announced.delete(topic)) this.#isChanged = true;
  }

  /** Without a folder, or with a full disk, the next process knows nothing of it. */
  save(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#note.write(Object.fromEntries(this.#announced));
  }
}

/** Leaves out what cannot be understood. */
function readAnnounced(value: unknown): Map<string, Announced> {
  const announced = new Map<string, Announced>();
  if (typeof value !== 'object' || value === null) return announced;
  for (const [topic, told] of Object.entries(value)) {
    const { stream, source, device, known, components } = (told ?? {}) as Partial<Record<keyof Announced, unknown>>;
    const isOfStream = typeof stream === 'string' && isStreamId(stream);
    if ((stream !== undefined && !isOfStream) || typeof source !== 'string' || typeof device !== 'string') continue;
    if (typeof components !== 'object' || components === null) continue;
    const platforms = Object.entries(components).filter(([, platform]) => typeof platform === 'string');
    announced.set(topic, {
      stream: isOfStream ? stream : undefined,
      source,
      device,
      known: identityOf(known),
      components: Object.fromEntries(platforms),
    });
  }
  return announced;
}
