import type { DomainEvent } from '../../domain/events.ts';
import type { Inspection } from '../../domain/inspection.ts';
import type { RestoreOutcome } from '../../domain/learnerHost.ts';
import type { MemoryProbe, MemoryRequest, NoMemory } from '../../domain/memoryProbe.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Instruction } from '../../domain/streamInput.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';

/**
 * Messages to a learner thread. Steps and evictions are the rows of one array (stepRows.ts), one array per turn of the
 * event loop: a message of its own would cost as much as the learning of a step. Everything else is rare.
 */
export type ToThread = Float64Array | Introduction | Request | { readonly kind: 'stop' };

/** Comes before the first row of its streams. Settings that many streams share are told once. */
export interface Introduction {
  readonly kind: 'introduction';
  readonly settings: { readonly number: number; readonly settings: StreamSettings }[];
  readonly streams: { readonly index: number; readonly id: StreamId; readonly settings: number }[];
}

/** Answered in its turn among the rows. `ticket`: what the answer refers to. */
export type Request =
  | { readonly kind: 'drain'; readonly ticket: number }
  | { readonly kind: 'snapshot'; readonly ticket: number; readonly stream: StreamId }
  | { readonly kind: 'inspect'; readonly ticket: number; readonly stream: StreamId }
  | {
      readonly kind: 'probe';
      readonly ticket: number;
      readonly stream: StreamId;
      readonly request: MemoryRequest;
    }
  | { readonly kind: 'instruct'; readonly ticket: number; readonly index: number; readonly input: Instruction }
  | { readonly kind: 'restore'; readonly ticket: number; readonly index: number; readonly snapshot: Uint8Array };

/** Answer to a request: a snapshot, an inspection or a probe (undefined where there is none), or the outcome of a restore. */
export type Answer = Uint8Array | Inspection | MemoryProbe | NoMemory | RestoreOutcome | undefined;

/**
 * Numbers before the forecasts of an answer: 1 where it is the last of its batch (evictions cut a batch in parts), 0 where
 * others follow; and how many milliseconds the thread takes for a row, NaN while it has not measured any.
 */
export const ANSWER_HEADING = 2;

/** Messages of a learner thread: forecasts as one array for each array of steps (forecastRows.ts); all else is rare. */
export type FromThread =
  | Float64Array
  | { readonly kind: 'events'; readonly events: readonly DomainEvent[] }
  | { readonly kind: 'done'; readonly ticket: number; readonly answer?: Answer }
  | { readonly kind: 'refused'; readonly ticket: number; readonly error: unknown };

/** Sends a message; `transfer`: buffers that the sender gives away. */
export type Post<Message> = (message: Message, transfer?: readonly ArrayBuffer[]) => void;
