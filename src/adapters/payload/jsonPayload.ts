import type { DropReason } from '../../domain/dropReason.ts';
import type { InputLimits } from '../../domain/streamSpec.ts';
import { mendJson } from './mendJson.ts';
import { readForeignText, readTextPayload } from './textPayload.ts';

/** The content of a message: a plain text (also one that stood alone in JSON quotes), or a JSON object or array. */
export type Payload =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly root: object }
  | { readonly kind: 'refused'; readonly reason: DropReason };

/** A short text of ASCII but for the marks of units. */
const UNIT_TEXT = /^\s*[+-]?\d[\x20-\x7e°µ²³º]{0,30}\s*$/;

/** Bytes to text or JSON, each within its limits. Never throws. One odd byte or word costs the field in which it stands. */
export function readPayload(bytes: Uint8Array, limits: InputLimits): Payload {
  const payload = readTextPayload(bytes, limits.payload);
  if (payload.kind === 'refused' && payload.reason === 'not-utf8') return readForeign(bytes, limits.depth);
  return payload.kind === 'text' && looksLikeJson(payload.text) ? parseJson(payload.text, limits.depth) : payload;
}

/** An object whose texts have a degree sign of another encoding has its numbers all the same, and so has a number with such a unit. */
function readForeign(bytes: Uint8Array, depth: number): Payload {
  const text = readForeignText(bytes);
  const payload = looksLikeJson(text) ? parseJson(text, depth) : undefined;
  if (payload?.kind === 'json') return payload;
  return UNIT_TEXT.test(text) ? { kind: 'text', text } : { kind: 'refused', reason: 'not-utf8' };
}

function parseJson(text: string, depth: number): Payload {
  // Valid JSON needs two characters for each level, so short texts need no scan, nor do those with few brackets.
  if (text.length > 2 * depth && hasMoreBracketsThan(text, depth) && isDeeperThan(text, depth))
    return { kind: 'refused', reason: 'too-deep' };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return { kind: 'text', text: value };
    return { kind: 'json', root: value as object };
  } catch {
    const root = mendJson(text, depth);
    return root === undefined ? { kind: 'refused', reason: 'not-json' } : { kind: 'json', root };
  }
}

/** Objects, arrays and quoted texts; bare numbers and words are read as text, more strictly than JSON would. */
function looksLikeJson(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{' || character === '[' || character === '"') return true;
    if (character !== ' ' && character !== '\n' && character !== '\r' && character !== '\t') return false;
  }
  return false;
}

/** Tells whether more levels than the limit can be opened at all; `indexOf` looks through the text many times faster than a loop. */
function hasMoreBracketsThan(text: string, limit: number): boolean {
  let brackets = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      brackets++;
      if (brackets > limit) return true;
    }
  }
  return false;
}

/** Scans instead of walking what was parsed, so that no depth of nesting costs stack or memory. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inText) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inText = false;
    } else if (code === 0x22) inText = true;
    else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}
