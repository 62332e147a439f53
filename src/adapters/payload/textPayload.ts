import type { DropReason } from '../../domain/dropReason.ts';

/** A payload's text, or why it has none. */
export type TextPayload =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: DropReason };

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes to text: strict UTF-8 (no replacement characters), a byte order mark is skipped. `limit` in bytes. */
export function readTextPayload(payload: Uint8Array, limit: number): TextPayload {
  if (payload.length === 0) return { kind: 'refused', reason: 'missing' };
  if (payload.length > limit) return { kind: 'refused', reason: 'too-large' };
  try {
    return { kind: 'text', text: UTF8.decode(payload) };
  } catch {
    return { kind: 'refused', reason: 'not-utf8' };
  }
}
