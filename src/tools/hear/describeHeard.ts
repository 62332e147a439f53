import type { HeardFilter } from '../../adapters/mqtt/client/hearFilters.ts';
import { describeSubscriptionCode } from '../../adapters/mqtt/client/reasonCodes.ts';
import { toPrintable } from '../../adapters/terminal/toPrintable.ts';
import type { DurationMs } from '../../domain/time.ts';
import type { NearFilter } from './nearFilter.ts';

/** Characters of a payload that are shown. */
const MOST_SHOWN = 48;

/** The words for what came for a filter within the time. @param near what is likely meant, where nothing came */
export function describeHeard(
  { refusal, first, messages }: HeardFilter,
  within: DurationMs,
  near: NearFilter | undefined,
): string {
  if (refusal !== undefined) return `refused: ${describeSubscriptionCode(refusal)}`;
  if (first === undefined) {
    const nothing = `nothing within ${within / 1000} s`;
    return near === undefined
      ? `${nothing}: is it spelled as the sensors publish it, and may this user read there?`
      : `${nothing}; did you mean ${toPrintable(near.filter)}? ${toPrintable(near.topic)} was heard`;
  }
  const text = toPrintable(Buffer.from(first.payload).toString());
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  const more = messages > 1 ? `, and ${messages - 1} more` : '';
  return `${toPrintable(first.topic)}${first.isRetained ? ' (retained)' : ''} ${shown}${more}`;
}
