import { LONGEST_BATCH, listRecords } from '../batch.ts';
import { isHousekeepingKey } from '../housekeeping.ts';
import { holdsNumber, isWithinReach } from '../nesting.ts';
import { isLenientText } from '../refusedValue.ts';
import type { DialectMessage, ReadingSink, UnitOf } from './dialect.ts';
import { isSwitchWord } from './switchWords.ts';

/** Paths whose decision is remembered; others are decided on each time. */
const MOST_REMEMBERED = 2048;
const LONGEST_REMEMBERED = 200;

export interface WalkRules {
  /** Tells whether a key, with all below it, holds no readings; beside the housekeeping that no dialect reads. */
  readonly passesOver?: (key: string, path: string) => boolean;
  /** Tells the same of a key of the message itself, for the message that is read now: it is asked each time. undefined: as `passesOver` says. */
  readonly skips?: (key: string) => boolean | undefined;
  /** Texts that hold a number are readings too. Default: only numbers are. */
  readonly texts?: boolean;
  /** Finds the unit that an object tells of one of its numbers. Default: the units are those of the call. */
  readonly unitIn?: (holder: object, key: string) => string | undefined;
}

export interface Walk {
  /**
   * Offers every number in an object.
   * @param prefix path of the object in its message; empty: it is the message
   * @param trail the objects around it and itself, outermost first
   */
  walk(prefix: string, trail: object[], out: ReadingSink, unitOf?: UnitOf, base?: string): void;
  /** Tells whether the number of a key of a message itself is passed over. */
  isOver(key: string): boolean;
}

/** One walk through the JSON of a message. */
interface Walked {
  readonly trail: object[];
  readonly out: ReadingSink;
  readonly unitOf: UnitOf | undefined;
  readonly base: string | undefined;
}

/** Goes through JSON for a dialect. What it decides on a path holds for all topics. */
export function createWalk({ passesOver, skips, unitIn, texts = false }: WalkRules = {}): Walk {
  const decided = new Map<string, boolean>();

  function isOver(key: string, path: string, holdsObject: boolean): boolean {
    const told = key === path ? skips?.(key) : undefined;
    if (told !== undefined) return told || isHousekeepingKey(key, holdsObject);
    const known = decided.get(path);
    if (known !== undefined && !holdsObject) return known;
    const over = isHousekeepingKey(key, holdsObject) || passesOver?.(key, path) === true;
    if (!holdsObject && decided.size < MOST_REMEMBERED && path.length <= LONGEST_REMEMBERED) decided.set(path, over);
    return over;
  }

  // Recursive, but bounded by `isWithinReach`.
  function step(prefix: string, depth: number, isInArray: boolean, walked: Walked): void {
    const { trail, out } = walked;
    const holder = trail[trail.length - 1] as Readonly<Record<string, unknown>>;
    const isBelowArray = isInArray || Array.isArray(holder);
    for (const key of Object.keys(holder)) {
      const value = holder[key];
      const path = prefix === '' ? key : `${prefix}.${key}`;
      if (typeof value !== 'object' || value === null) leaf(value, key, path, walked);
      else if (isOver(key, path, true)) {
        if (holdsNumber(value)) out.passOver();
      } else if (isWithinReach(value, depth, isBelowArray)) {
        trail.push(value);
        step(path, depth + 1, isBelowArray, walked);
        trail.pop();
      } else if (holdsNumber(value)) out.passOverDeep();
    }
  }

  function leaf(value: unknown, key: string, path: string, { trail, out, unitOf, base }: Walked): void {
    if (typeof value === 'string' && !takes(value, out)) {
      if (isLenientText(value) && !isOver(key, path, false)) out.passOverText(value, path);
    } else if (!isOver(key, path, false)) {
      const told = unitIn?.(trail[trail.length - 1], key);
      out.offer(value, path, trail, told === undefined ? unitOf : () => told, base);
    } else if (typeof value === 'number') out.passOver();
  }

  function takes(text: string, out: ReadingSink): boolean {
    return texts || out.takesTexts || (out.takesWords && isSwitchWord(text));
  }

  return {
    isOver: (key) => isOver(key, key, false),
    walk: (prefix, trail, out, unitOf, base) => step(prefix, 1, false, { trail, out, unitOf, base }),
  };
}

/** The objects of a JSON message, one after the other: itself, or those of a batch. A batch that is too long, or holds something else, is told. */
export function recordsOf(root: object, out: ReadingSink): readonly object[] {
  if (!Array.isArray(root)) return [root];
  out.beginBatch();
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
