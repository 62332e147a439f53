import { LONGEST_BATCH, listRecords } from '../batch.ts';
import { isHousekeepingKey } from '../housekeeping.ts';
import type { DialectMessage, ReadingSink, UnitOf } from './dialect.ts';
import { isSwitchWord } from './switchWords.ts';

/** Levels of keys below where a walk begins. The positions in an array of plain numbers (phases of a meter) come on top. */
const DEEPEST = 3;
/** Paths whose decision is remembered; others are decided on each time. */
const MOST_REMEMBERED = 2048;
const LONGEST_REMEMBERED = 200;

export interface WalkRules {
  /** Tells whether a key, with all below it, holds no readings; beside the housekeeping that no dialect reads. */
  readonly passesOver?: (key: string, path: string) => boolean;
  /** Texts that hold a number are readings too. Default: only numbers are. */
  readonly texts?: boolean;
}

export interface Walk {
  /**
   * Offers every number in an object.
   * @param prefix path of the object in its message; empty: it is the message
   * @param trail the objects around it and itself, outermost first
   */
  walk(prefix: string, trail: object[], out: ReadingSink, unitOf?: UnitOf, base?: string): void;
}

/** Goes through JSON for a dialect. What it decides on a path holds for all topics. */
export function createWalk({ passesOver, texts = false }: WalkRules = {}): Walk {
  const decided = new Map<string, boolean>();

  function isOver(key: string, path: string, holdsObject: boolean): boolean {
    const known = decided.get(path);
    if (known !== undefined && !holdsObject) return known;
    const over = isHousekeepingKey(key, holdsObject) || passesOver?.(key, path) === true;
    if (!holdsObject && decided.size < MOST_REMEMBERED && path.length <= LONGEST_REMEMBERED) decided.set(path, over);
    return over;
  }

  // Recursive, but never deeper than DEEPEST + 1.
  function step(
    prefix: string,
    depth: number,
    trail: object[],
    out: ReadingSink,
    unitOf: UnitOf | undefined,
    base: string | undefined,
  ): void {
    const holder = trail[trail.length - 1] as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(holder)) {
      const value = holder[key];
      const path = prefix === '' ? key : `${prefix}.${key}`;
      if (typeof value === 'object' && value !== null) {
        if (depth >= DEEPEST + Number(Array.isArray(value)) || isOver(key, path, true)) continue;
        trail.push(value);
        step(path, depth + 1, trail, out, unitOf, base);
        trail.pop();
      } else if (
        (typeof value !== 'string' || texts || (out.takesWords && isSwitchWord(value))) &&
        !isOver(key, path, false)
      ) {
        out.offer(value, path, trail, unitOf, base);
      }
    }
  }

  return { walk: (prefix, trail, out, unitOf, base) => step(prefix, 1, trail, out, unitOf, base) };
}

/** The objects of a JSON message, one after the other: itself, or those of a batch. A batch that is too long, or holds something else, is told. */
export function recordsOf(root: object, out: ReadingSink): readonly object[] {
  if (!Array.isArray(root)) return [root];
  if (root.length > LONGEST_BATCH) out.refuse('too-large');
  return listRecords(root).filter((record) => record !== undefined);
}

/** The JSON object of a message; undefined: it is another kind of message. */
export function objectOf({ content }: DialectMessage): Readonly<Record<string, unknown>> | undefined {
  return content.kind === 'json' && !Array.isArray(content.root)
    ? (content.root as Readonly<Record<string, unknown>>)
    : undefined;
}

/** A member of a JSON value that is an object itself. */
export function objectAt(holder: unknown, key: string): Readonly<Record<string, unknown>> | undefined {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  const value = (holder as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** A member of a JSON value that is a text. */
export function textAt(holder: unknown, key: string): string | undefined {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  const value = (holder as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'string' ? value : undefined;
}

/** Why a payload that is no JSON object gives nothing to a dialect of JSON objects. */
export function reasonWithoutObject({ content }: DialectMessage): 'no-field' | 'not-a-reading' {
  return content.kind === 'text' ? 'not-a-reading' : 'no-field';
}
