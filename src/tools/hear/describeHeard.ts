import type { HeardFilter } from '../../adapters/mqtt/client/hearFilters.ts';
import { describeSubscriptionCode } from '../../adapters/mqtt/client/reasonCodes.ts';
import { toPrintable } from '../../adapters/terminal/toPrintable.ts';
import type { DurationMs } from '../../domain/time.ts';

/** Characters of a payload that are shown. */
const MOST_SHOWN = 48;

/** The words for what came for a filter within the time. */
export function describeHeard({ refusal, first, messages }: HeardFilter, within: DurationMs): string {
  if (refusal !== undefined) return `refused: ${describeSubscriptionCode(refusal)}`;
  if (first === undefined)
    return `nothing within ${within / 1000} s: is it spelled as the sensors publish it, and may this user read there?`;
  const text = toPrintable(Buffer.from(first.payload).toString());
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  const more = messages > 1 ? `, and ${messages - 1} more` : '';
  return `${first.topic}${first.isRetained ? ' (retained)' : ''} ${shown}${more}`;
}
