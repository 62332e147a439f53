import type { DropReason } from '../../../domain/dropReason.ts';
import type { DialectMessage, ReadingSink, UnitOf } from './dialect.ts';

/** Offers the plain payload of a message as the reading of its topic. */
export function offerText({ content }: DialectMessage, out: ReadingSink, unitOf?: UnitOf): DropReason | undefined {
  if (content.kind === 'refused') return content.reason;
  if (content.kind === 'json') return 'not-a-reading';
  out.offer(content.text, undefined, undefined, unitOf);
  return 'not-a-number';
}

/** Words that devices publish, and leave as their will, and whether those who say them are there. */
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['online', true],
  ['offline', false],
  ['true', true],
  ['false', false],
  ['connected', true],
  ['disconnected', false],
]);

/** Presence that a payload tells, such as `Online` or `{"state":"offline"}`; undefined: it tells none. */
function presenceIn({ content }: DialectMessage): boolean | undefined {
  if (content.kind === 'text') return WORDS.get(content.text.trim().toLowerCase());
  if (content.kind !== 'json') return undefined;
  const { state } = content.root as { readonly state?: unknown };
  return typeof state === 'string' ? WORDS.get(state.toLowerCase()) : undefined;
}

/** Tells whether a payload is one by which devices say whether they are there. */
export function isAvailability(message: DialectMessage): boolean {
  return presenceIn(message) !== undefined;
}

/** Notes what a message on availability says. @param topics as of `ReadingSink.tellPresence` */
export function readAvailability(message: DialectMessage, topics: string, out: ReadingSink): 'availability' {
  const isThere = presenceIn(message);
  if (isThere !== undefined) out.tellPresence(topics, isThere);
  return 'availability';
}

/** Everything below the level before the last: the readings of the device whose availability topic this is. */
export function topicsBeside({ levels }: DialectMessage): string {
  return `${levels.slice(0, -1).join('/')}/#`;
}
