import type { JournalPosition } from '../domain/stateStore.ts';
import { isReading, type StreamInput } from '../domain/streamInput.ts';
import { type EpochMs, toEpochMs } from '../domain/time.ts';

/** An input that the journal still has. */
export interface PastInput {
  readonly position: JournalPosition;
  readonly input: StreamInput;
}

/**
 * Plan to omit inputs. `omit`: these positions hold that number of inputs. `nothing`: there is no such input. `beyond`: no state is left from before the first of them; the first
 * input that can be omitted came at `reach`, undefined where none can.
 */
export type OmissionPlan =
  | { readonly kind: 'omit'; readonly first: JournalPosition; readonly last: JournalPosition; readonly inputs: number }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'beyond'; readonly reach: EpochMs | undefined };

/**
 * Plans to omit all that came after a time.
 * @param past inputs after the oldest state that the stream can go back to, in order
 * @param isFromBirth that state is the one of a stream which has not begun
 */
export function planUndo(past: readonly PastInput[], since: EpochMs, isFromBirth: boolean): OmissionPlan {
  const learned = past.filter(({ input }) => input.kind !== 'settings');
  const start = learned.findIndex(({ input }) => arrivalOf(input) > since);
  if (start < 0) return learned.length > 0 || isFromBirth ? { kind: 'nothing' } : { kind: 'beyond', reach: undefined };
  const first = learned[start] as PastInput;
  // What came before the state is not known: it may have come after that time too.
  if (start === 0 && !isFromBirth) return { kind: 'beyond', reach: arrivalOf(first.input) };
  const last = learned.at(-1) ?? first;
  return { kind: 'omit', first: first.position, last: last.position, inputs: learned.length - start };
}

/** Plans to omit the readings of a span; both ends belong to it. Parameters as of `planUndo`. */
export function planSpan(
  past: readonly PastInput[],
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  isFromBirth: boolean,
): OmissionPlan {
  const readings = past.filter(({ input }) => isReading(input));
  const inSpan = readings.filter(({ input }) => input.at >= from && input.at <= to);
  const [first] = inSpan;
  const last = inSpan.at(-1);
  const reach = readings[0] && toEpochMs(readings[0].input.at);
  if (first === undefined || last === undefined) return { kind: 'beyond', reach };
  if (first === readings[0] && !isFromBirth) return { kind: 'beyond', reach };
  return { kind: 'omit', first: first.position, last: last.position, inputs: inSpan.length };
}

/** When the input came. A reading whose time is certain came then. */
function arrivalOf(input: StreamInput): EpochMs {
  return isReading(input) ? (input.origin?.arrival ?? input.at) : input.at;
}
