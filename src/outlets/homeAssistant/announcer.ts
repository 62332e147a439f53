import type { Publish } from '../../domain/outgoing.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { RetainedTopics } from '../retained/retainedTopics.ts';
import type { AnnouncedNote } from './announcedNote.ts';
import type { Components } from './component.ts';
import { type DeviceAnnouncement, deviceJson } from './device.ts';
import { hashOf } from './names.ts';

/** Something that Home Assistant is told of at one topic. */
export interface Announceable {
  readonly topic: string;
  /** undefined: it is the daemon. */
  readonly stream: StreamId | undefined;
  readonly source: string;
  /** Made anew at each call. */
  describe(): Omit<DeviceAnnouncement, 'removed'>;
}

export interface AnnouncerOptions {
  readonly note: AnnouncedNote;
  readonly publish: Publish;
  readonly retained: Pick<RetainedTopics, 'hold' | 'giveUp'>;
  /** It went out. */
  readonly onAnnounced: (it: Announceable) => void;
}

/** Announcements in one tick: Home Assistant makes some ten entities of each. */
const MOST_AT_ONCE = 20;
/** Ticks in which the broker and Home Assistant take something back, before it is announced as something else. */
const TAKEN_BACK = 6;
/** Ticks for which an announcement names entities that are no more. */
const NAMED_AS_REMOVED = 30;
/** Ticks between two times at which the note is written. */
const NOTED_EVERY = 10;

interface Entry {
  it: Announceable;
  /** Hash of the payload that is with the broker; empty: none of this connection. */
  sent: string;
  /** Tick before which nothing is announced. */
  notBefore: number;
  /** Tick at which entities that are no more are left out; infinite: there are none. */
  cleanAt: number;
}

/**
 * Keeps the announcements at the broker as they should be, a few each tick. An entity that is no more is named as such for half a minute,
 * and one whose device is another now is taken back first: Home Assistant moves none.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #waiting = new Set<Entry>();
  #tick = 0;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  has(topic: string): boolean {
    return this.#entries.has(topic);
  }

  /** Announces it, or what has changed of it. */
  announce(it: Announceable): void {
    let entry = this.#entries.get(it.topic);
    if (entry === undefined) {
      entry = { it, sent: '', notBefore: 0, cleanAt: Number.POSITIVE_INFINITY };
      this.#entries.set(it.topic, entry);
    }
    // A stream that was renamed has the topic of its former name.
    entry.it = it;
    this.#waiting.add(entry);
  }

  /** The broker, or Home Assistant, may have forgotten everything. */
  announceAll(): void {
    for (const entry of this.#entries.values()) {
      entry.sent = '';
      this.#waiting.add(entry);
    }
  }

  /** It goes from the broker, and its entities with it. */
  takeBack(topic: string): void {
    const entry = this.#entries.get(topic);
    if (entry !== undefined) this.#waiting.delete(entry);
    this.#entries.delete(topic);
    this.#withdraw(topic);
  }

  /** To be called about once a second while there is a connection. */
  tick(): void {
    this.#tick++;
    let looks = 0;
    for (const entry of this.#waiting) {
      if (entry.notBefore > this.#tick) continue;
      if (++looks > MOST_AT_ONCE) break;
      const payload = this.#payloadOf(entry);
      if (payload !== undefined && !this.#send(entry, payload)) break;
    }
    // The whole note is written each time. What a process that is killed has not noted may leave an entity that is no more.
    if (this.#tick % NOTED_EVERY === 0) this.#options.note.save();
    for (const entry of this.#entries.values()) if (entry.cleanAt <= this.#tick) this.#clean(entry);
  }

  #send(entry: Entry, payload: string): boolean {
    const { topic } = entry.it;
    const isOut = this.#options.publish({ topic, payload, qos: 1, retain: true });
    if (!isOut) return false;
    entry.sent = hashOf(payload);
    this.#waiting.delete(entry);
    this.#options.onAnnounced(entry.it);
    return true;
  }

  /** undefined: there is nothing to announce now. */
  #payloadOf(entry: Entry): string | undefined {
    const { it } = entry;
    const { note } = this.#options;
    const described = it.describe();
    const device = identityOf(described.device);
    const before = note.get(it.topic);
    if (before !== undefined && before.device !== device) {
      this.#withdraw(it.topic);
      entry.sent = '';
      entry.notBefore = this.#tick + TAKEN_BACK;
      return undefined;
    }
    const present = platformsOf(described.components);
    const removed = Object.fromEntries(
      Object.entries(before?.components ?? {}).filter(([key]) => !Object.hasOwn(present, key)),
    );
    const payload = deviceJson({ ...described, removed });
    if (entry.sent === hashOf(payload)) {
      this.#waiting.delete(entry);
      return undefined;
    }
    note.set(it.topic, { ...notedOf(it, described), components: { ...present, ...removed } });
    if (Object.keys(removed).length > 0) entry.cleanAt = this.#tick + NAMED_AS_REMOVED;
    return payload;
  }

  #clean(entry: Entry): void {
    const { it } = entry;
    const described = it.describe();
    entry.cleanAt = Number.POSITIVE_INFINITY;
    const components = platformsOf(described.components);
    this.#options.note.set(it.topic, { ...notedOf(it, described), components });
    this.#waiting.add(entry);
  }

  #withdraw(topic: string): void {
    const { note, retained } = this.#options;
    note.delete(topic);
    // Also where no process that is remembered has held it.
    retained.hold(topic);
    retained.giveUp(topic);
  }
}

/** The note of it, besides its entities. */
function notedOf({ stream, source }: Announceable, { device, known }: Omit<DeviceAnnouncement, 'removed'>) {
  return { stream, source, device: identityOf(device), known };
}

function platformsOf(components: Components): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(components).map(([key, { platform }]) => [key, platform]));
}

/** The part of a device that says which one it is. */
function identityOf(device: object): string {
  const { identifiers, connections } = device as { readonly identifiers?: unknown; readonly connections?: unknown };
  return hashOf(JSON.stringify([identifiers ?? null, connections ?? null]));
}
