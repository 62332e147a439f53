import type { ByteRange } from '../../../domain/byteRange.ts';
import { SIGNS } from '../../../domain/publications.ts';

const QUOTED: readonly Buffer[] = SIGNS.map(({ keys: [first] }) => Buffer.from(`"${first}"`));
const OBJECT = 0x7b;
const QUOTE = 0x22;
const WHITESPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** The first three characters of the signs, behind the quote, as numbers: where none of them stands there is no sign. */
const BEGINNINGS: Int32Array = Int32Array.from(QUOTED, ([, a = 0, b = 0, c = 0]) => beginningOf(a, b, c));
/** 1 for each byte with which a sign begins. Every message is looked through: most keys are done with by one look into this table. */
const BEGINS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(BEGINNINGS.some((it) => it >> 16 === byte)),
);

/**
 * Tells if a payload is an output of tidegate, whichever instance published it, below whatever topic: another instance
 * has another base topic, and bridges rename topics. Outputs that were learned as readings would lead to outputs
 * without end. A message without numbers (`{"state":"online"}`) is none: nothing is learned from it, and other programs
 * publish the same.
 */
export function isOutputPayload(payload: ByteRange): boolean {
  const { block, end } = payload;
  let start = payload.start;
  while (start < end && WHITESPACE.has(block[start] as number)) start++;
  if (start === end || block[start] !== OBJECT) return false;
  // Nearly all payloads are done with here.
  if (!mayHaveSign(block, start, end)) return false;
  const bytes = Buffer.from(payload.view());
  if (!QUOTED.some((sign) => bytes.includes(sign))) return false;
  try {
    const parsed: unknown = JSON.parse(bytes.toString());
    return SIGNS.some(({ keys, inside }) =>
      hasKeys(inside === undefined ? parsed : (parsed as Readonly<Record<string, unknown>>)[inside], keys),
    );
  } catch {
    return false;
  }
}

function mayHaveSign(block: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end - 3; at++) {
    if (block[at] !== QUOTE || BEGINS[block[at + 1] as number] === 0) continue;
    const beginning = beginningOf(block[at + 1] as number, block[at + 2] as number, block[at + 3] as number);
    for (let i = 0; i < BEGINNINGS.length; i++) if (BEGINNINGS[i] === beginning) return true;
  }
  return false;
}

function beginningOf(first: number, second: number, third: number): number {
  return (first << 16) | (second << 8) | third;
}

function hasKeys(value: unknown, keys: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key));
}
