import type { DropReason } from '../../domain/dropReason.ts';

/** A payload's text, or why it has none. */
export type TextPayload =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: DropReason };

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const WINDOWS = new TextDecoder('windows-1252');

/**
 * Bytes to text: strict UTF-8 (no replacement characters), a byte order mark is skipped, as are NUL bytes at the end, which clients
 * in C send along. `limit` in bytes.
 */
export function readTextPayload(payload: Uint8Array, limit: number): TextPayload {
  if (payload.length === 0) return { kind: 'refused', reason: 'missing' };
  if (payload.length > limit) return { kind: 'refused', reason: 'too-large' };
  try {
    return { kind: 'text', text: UTF8.decode(withoutEnd(payload)) };
  } catch {
    return { kind: 'refused', reason: 'not-utf8' };
  }
}

/** The text of bytes that are no UTF-8: most likely a degree sign or an umlaut of Windows or ISO 8859-1. */
export function readForeignText(payload: Uint8Array): string {
  return WINDOWS.decode(withoutEnd(payload));
}

function withoutEnd(payload: Uint8Array): Uint8Array {
  let end = payload.length;
  while (end > 0 && payload[end - 1] === 0) end--;
  return end === payload.length || end === 0 ? payload : payload.subarray(0, end);
}
