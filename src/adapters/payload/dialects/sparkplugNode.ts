import { type EpochMs, toEpochMs } from '../../../domain/time.ts';
import type { Metric } from './sparkplugPayload.ts';

/** Devices of one node, and metrics of one of them, whose names are remembered. */
const MOST_DEVICES = 1000;
const MOST_METRICS = 20_000;

/** Number that counts the messages of a node: 0 to 255, and from the start again. */
const RING = 256;
/** A message that is at most this far behind is a late one; what is farther is one that is far ahead. */
const LATE_BY = 32;

/** Waits between two requests for a birth: what does not answer is asked less and less. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;

export interface KnownMetric {
  readonly name: string;
  readonly datatype: number | undefined;
}

/** Metrics of a device, or of the node itself, by alias and by name. */
export interface Births {
  readonly byAlias: ReadonlyMap<number, KnownMetric>;
  readonly byName: ReadonlyMap<string, KnownMetric>;
}

/** One edge node, as its messages have shown it. */
export class SparkplugNode {
  /** By device; empty text: the node itself. */
  readonly #births = new Map<string, Births>();
  /** Number of the newest message; undefined: none is known. */
  #seq: number | undefined;
  /** Number of the session that the birth began; undefined: none has come, or it told none. */
  #session: number | undefined;
  #askedAt: EpochMs = toEpochMs(Number.NEGATIVE_INFINITY);
  #wait = FIRST_WAIT_MS;

  /** The birth of the node: what was before is over. */
  bear(seq: number | undefined, session: number | undefined): void {
    this.#births.clear();
    this.#seq = seq;
    this.#session = session;
    this.#wait = FIRST_WAIT_MS;
    this.#askedAt = toEpochMs(Number.NEGATIVE_INFINITY);
  }

  /** The death of the node. @returns false where it is that of a session before the one of now */
  bury(session: number | undefined): boolean {
    if (session !== undefined && this.#session !== undefined && session !== this.#session) return false;
    this.#births.clear();
    this.#seq = undefined;
    this.#session = undefined;
    return true;
  }

  buryDevice(device: string): void {
    this.#births.delete(device);
  }

  /** @returns how many messages are missing before the one with this number */
  missedBefore(seq: number | undefined): number {
    if (seq === undefined) return 0;
    const last = this.#seq;
    if (last === undefined) {
      this.#seq = seq;
      return 0;
    }
    const ahead = (seq - last + RING) % RING;
    if (ahead === 0 || ahead >= RING - LATE_BY) return 0;
    this.#seq = seq;
    return ahead - 1;
  }

  birthsOf(device: string): Births | undefined {
    return this.#births.get(device);
  }

  /** The newest birth says all names. */
  learn(device: string, metrics: readonly Metric[]): Births {
    const byAlias = new Map<number, KnownMetric>();
    const byName = new Map<string, KnownMetric>();
    for (const { name, alias, datatype } of metrics) {
      if (name === undefined || byName.size >= MOST_METRICS) continue;
      const known = { name, datatype };
      byName.set(name, known);
      if (alias !== undefined) byAlias.set(alias, known);
    }
    const births = { byAlias, byName };
    if (this.#births.has(device) || this.#births.size < MOST_DEVICES) this.#births.set(device, births);
    return births;
  }

  /** Tells whether the node may be asked for its birth now, and takes it that it is. */
  mayAsk(now: EpochMs): boolean {
    if (now - this.#askedAt < this.#wait && now >= this.#askedAt) return false;
    if (Number.isFinite(this.#askedAt)) this.#wait = Math.min(LONGEST_WAIT_MS, 2 * this.#wait);
    this.#askedAt = now;
    return true;
  }
}
