import { compileFieldPath, findField } from '../fieldPath.ts';

/** Longest part of a sender's name. What is longer names no device. */
const LONGEST_PART = 64;

/**
 * The name of the sender of a JSON object: the values of these keys that it has, in their order, joined by `/`; empty: it has none.
 * A `/` in one of them becomes `-`: it would look like the next one.
 */
export function senderOf(record: object, keys: readonly string[]): string {
  const parts: string[] = [];
  for (const key of keys) {
    const value = Object.hasOwn(record, key) ? (record as Readonly<Record<string, unknown>>)[key] : undefined;
    const part = partOf(value);
    if (part !== undefined) parts.push(part);
  }
  return parts.join('/');
}

/** Makes the same by dotted paths; a sender without one of them has `-` in its place, so that places keep their meaning. */
export function createSenderAt(paths: readonly string[]): (record: object) => string {
  const compiled = paths.map(compileFieldPath);
  const trail: object[] = [];
  return (record) => compiled.map((path) => partOf(findField(record, path, trail)) ?? '-').join('/');
}

function partOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  return text === '' || text.length > LONGEST_PART ? undefined : text.replaceAll('/', '-');
}
