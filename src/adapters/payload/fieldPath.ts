import { TidegateError } from '../../domain/errors.ts';

/** A dotted path, taken apart: `keys[i][j]` is the key made of the levels i to i + j, dots included. */
export interface FieldPath {
  readonly text: string;
  readonly keys: readonly (readonly string[])[];
  /** The first level as an array position, −1 if it is none. */
  readonly firstIndex: number;
}

const FORBIDDEN: readonly string[] = ['__proto__', 'prototype', 'constructor'];
const ARRAY_POSITION = /^(?:0|[1-9]\d{0,8})$/;

/** Refuses what could reach an object's prototype, and a path of nothing. */
export function compileFieldPath(text: string): FieldPath {
  const levels = text.split('.');
  if (text === '') throw new TidegateError('TG_CONFIG_INVALID', 'a field path is empty');
  for (const level of levels)
    if (FORBIDDEN.includes(level))
      throw new TidegateError('TG_CONFIG_INVALID', `field path ${text}: ${level} is refused`);
  const keys = levels.map((_, from) =>
    levels.slice(from).map((__, more) => levels.slice(from, from + more + 1).join('.')),
  );
  return { text, keys, firstIndex: toArrayPosition(levels[0]) };
}

/**
 * The value at a path, undefined where there is none. A key may hold dots itself: the longest key that leads to a value wins.
 * `trail` receives the enclosing objects and arrays, outermost first. The search goes down a tree and meets no object twice,
 * so its cost is bounded by the payload's size.
 */
export function findField(root: object, path: FieldPath, trail: object[]): unknown {
  trail.length = 0;
  return findFrom(root, path, 0, trail);
}

function findFrom(holder: object, path: FieldPath, from: number, trail: object[]): unknown {
  const keys = path.keys[from];
  trail.push(holder);
  for (let more = Array.isArray(holder) ? 0 : keys.length - 1; more >= 0; more--) {
    const value = ownValue(holder, keys[more]);
    if (value === undefined) continue;
    if (more === keys.length - 1) return value;
    if (typeof value !== 'object' || value === null) continue;
    const found = findFrom(value, path, from + more + 1, trail);
    if (found !== undefined) return found;
  }
  trail.pop();
  return undefined;
}

function ownValue(holder: object, key: string): unknown {
  if (Array.isArray(holder)) {
    const position = toArrayPosition(key);
    return position < 0 ? undefined : holder[position];
  }
  return Object.hasOwn(holder, key) ? (holder as Record<string, unknown>)[key] : undefined;
}

function toArrayPosition(level: string): number {
  return ARRAY_POSITION.test(level) ? Number(level) : -1;
}
