import type { JournalPosition } from '../domain/stateStore.ts';
import { isReading, type StreamInput } from '../domain/streamInput.ts';
import { type EpochMs, toEpochMs } from '../domain/time.ts';

/** Inputs after a state that a stream can go back to, as the journal has them. */
export interface Omissible {
  /** Calls for each of them, in order. */
  readonly each: (visit: (input: StreamInput, position: JournalPosition) => void) => void;
  /** All that the state knows had come by then; -∞: it knows nothing. */
  readonly savedAt: number;
}

/**
 * Plan to omit inputs. `omit`: these positions hold that number of inputs. `nothing`: there is no such input. `beyond`: no state is left from before the first of them; the first
 * input that can be omitted came at `reach`, undefined where none can.
 */
export type OmissionPlan =
  | { readonly kind: 'omit'; readonly first: JournalPosition; readonly last: JournalPosition; readonly inputs: number }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'beyond'; readonly reach: EpochMs | undefined };

/** Plans to omit all that came after a time. @param past inputs after the state that the stream is to go back to */
export function planUndo({ each, savedAt }: Omissible, since: EpochMs): OmissionPlan {
  let [learned, before] = [0, 0];
  let reach: EpochMs | undefined;
  let span: { readonly first: JournalPosition; last: JournalPosition } | undefined;
  each((input, position) => {
    if (input.kind === 'settings') return;
    learned++;
    reach ??= arrivalOf(input);
    if (span !== undefined) span.last = position;
    else if (arrivalOf(input) > since) span = { first: position, last: position };
    else before++;
  });
  const isAllBefore = savedAt <= since;
  if (span === undefined)
    return learned > 0 || savedAt === Number.NEGATIVE_INFINITY
      ? { kind: 'nothing' }
      : { kind: 'beyond', reach: undefined };
  // What came before a state that is younger is not known: it may have come after that time too.
  if (before === 0 && !isAllBefore) return { kind: 'beyond', reach };
  return { kind: 'omit', ...(span as { first: JournalPosition; last: JournalPosition }), inputs: learned - before };
}

/** Plans to omit the readings of a span; both ends belong to it. Parameters as of `planUndo`. */
export function planSpan(
  { each, savedAt }: Omissible,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): OmissionPlan {
  let [inputs, first, last] = [0, 0, 0];
  let oldest: { readonly position: JournalPosition; readonly at: EpochMs } | undefined;
  each((input, position) => {
    if (!isReading(input)) return;
    oldest ??= { position, at: toEpochMs(input.at) };
    if (input.at < from || input.at > to) return;
    if (inputs++ === 0) first = position;
    last = position;
  });
  const start = oldest as { readonly position: JournalPosition; readonly at: EpochMs } | undefined;
  const isFromBirth = savedAt === Number.NEGATIVE_INFINITY;
  if (inputs === 0 || (first === start?.position && !isFromBirth)) return { kind: 'beyond', reach: start?.at };
  return { kind: 'omit', first, last, inputs };
}

/** When the input came. A reading whose time is certain came then. */
function arrivalOf(input: StreamInput): EpochMs {
  return isReading(input) ? (input.origin?.arrival ?? input.at) : input.at;
}
