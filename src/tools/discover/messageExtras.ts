import { isHousekeepingKey } from '../../adapters/payload/housekeeping.ts';
import { readPayload } from '../../adapters/payload/jsonPayload.ts';
import type { InputLimits } from '../../domain/streamSpec.ts';

/** Words of what has two states, by what they mean. */
const WORDS: readonly (readonly [on: string, off: string])[] = [
  ['on', 'off'],
  ['true', 'false'],
  ['open', 'closed'],
  ['yes', 'no'],
  ['detected', 'clear'],
];
const MOST_SWITCHES = 16;
const MOST_NAMES = 32;
const LEVELS = 3;

/** Facts of the JSON of a topic beside its numbers. Bounded. */
export class MessageExtras {
  /** Fields with two states, by path, with the numbers for their words. */
  readonly switches: Map<string, Readonly<Record<string, number>>> = new Map();
  /** Keys that are passed over because devices send them about themselves. */
  readonly housekeeping: Set<string> = new Set();

  note(payload: Uint8Array, limits: InputLimits): void {
    const content = readPayload(payload, limits);
    if (content.kind !== 'json') return;
    const records: readonly unknown[] = Array.isArray(content.root) ? content.root.slice(0, 1) : [content.root];
    for (const record of records) this.#walk(record, '', 1);
  }

  #walk(holder: unknown, prefix: string, level: number): void {
    if (typeof holder !== 'object' || holder === null || level > LEVELS) return;
    for (const [key, value] of Object.entries(holder)) {
      const path = `${prefix}${key}`;
      const isObject = typeof value === 'object' && value !== null;
      if (isHousekeepingKey(key, isObject)) {
        if (this.housekeeping.size < MOST_NAMES && (isObject || typeof value === 'number')) this.housekeeping.add(path);
      } else if (isObject) this.#walk(value, `${path}.`, level + 1);
      else this.#noteSwitch(path, value);
    }
  }

  #noteSwitch(path: string, value: unknown): void {
    if (this.switches.has(path) || this.switches.size >= MOST_SWITCHES) return;
    if (typeof value !== 'string' && typeof value !== 'boolean') return;
    const word = String(value);
    const words = WORDS.find((pair) => pair.includes(word.toLowerCase()));
    if (words === undefined) return;
    const spell = word === word.toUpperCase() && typeof value === 'string' ? (w: string) => w.toUpperCase() : String;
    this.switches.set(path, { [spell(words[0])]: 1, [spell(words[1])]: 0 });
  }
}
