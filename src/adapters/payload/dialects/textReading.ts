import type { DropReason } from '../../../domain/dropReason.ts';
import type { DialectMessage, ReadingSink, UnitOf } from './dialect.ts';

/** Offers the plain payload of a message as the reading of its topic. */
export function offerText({ content }: DialectMessage, out: ReadingSink, unitOf?: UnitOf): DropReason | undefined {
  if (content.kind === 'refused') return content.reason;
  if (content.kind === 'json') return 'not-a-reading';
  out.offer(content.text, undefined, undefined, unitOf);
  return 'not-a-number';
}

const WORDS: ReadonlySet<string> = new Set(['online', 'offline', 'true', 'false', 'connected', 'disconnected']);

/** Tells whether a payload is one that devices publish and leave as their will: `Online`, `{"state":"offline"}`. */
export function isAvailability({ content }: DialectMessage): boolean {
  if (content.kind === 'text') return WORDS.has(content.text.trim().toLowerCase());
  if (content.kind !== 'json') return false;
  const { state } = content.root as { readonly state?: unknown };
  return typeof state === 'string' && WORDS.has(state.toLowerCase());
}
