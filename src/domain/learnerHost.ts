import type { TidegateError } from './errors.ts';
import type { BorrowedForecast } from './forecast.ts';
import type { Inspection } from './inspection.ts';
import type { MemoryProbe, MemoryRequest, NoMemory } from './memoryProbe.ts';
import type { Step } from './sample.ts';
import type { StreamId } from './streamId.ts';
import type { Instruction } from './streamInput.ts';

/** Takes the forecasts of a batch one by one, in the order of the steps of each stream. */
export interface ForecastSink {
  /** The forecast is lent for the call. */
  take(forecast: BorrowedForecast): void;
  /** The batch has no more of them. What follows is its learning, which may take long. */
  endBatch(): void;
}

/** Hears that the learners are gone and no forecast will come any more (TG_THREAD_DIED). Called once at most. */
export type HostFailure = (error: TidegateError) => void;

/** Takes the state of a learner, or of a whole stream; undefined: there is none. */
export type TakeState = (state: Uint8Array | undefined) => void;

/**
 * `restored`: the stream goes on from there. `damaged`: not whole, or numbers that no learner can have left. `newer`: of a later
 * format. `mismatch`: made under other settings. `no-memory`: there is no room for its learner now. But for the first, the stream is as before.
 */
export type RestoreOutcome = 'restored' | 'damaged' | 'newer' | 'mismatch' | 'no-memory';

/**
 * Where the learners live: on this thread, or on others. Within a stream the order is always
 * score → forecast → hand out → learn, so where they live changes no number.
 */
export interface LearnerHost {
  /** Forecasts leave through `sink`; once, before the first push. */
  start(sink: ForecastSink, fail: HostFailure): void;
  /** Hands over the steps of one event-loop turn, in order of arrival. Batch and steps are lent for the time of the call. */
  push(batch: readonly Step[]): void;
  /** Hands over an input beside the readings, in order with the steps pushed before and after. A stream that has no learner does not hear of it. */
  instruct(input: Instruction): void;
  /** Resolves when everything pushed so far has been answered and learned; rejects where the learners are gone. */
  drain(): Promise<void>;
  /** Steps that were pushed and are not answered yet. */
  readonly backlog: number;
  /** Begins a stream, before its first step, from what `snapshot` gave; in order with the steps pushed after. Never rejects but where the learners are gone. */
  restore(stream: StreamId, snapshot: Uint8Array): Promise<RestoreOutcome>;
  /** Forgets a stream and frees its memory, in order with the steps pushed before and after. */
  evict(stream: StreamId): void;
  /** The stream's whole state after all steps pushed so far, or undefined if it has none. */
  snapshot(stream: StreamId): Promise<Uint8Array | undefined>;
  /** A look inside the stream's learner after all steps pushed so far, or undefined if it has none. */
  inspect(stream: StreamId): Promise<Inspection | undefined>;
  /** A look into the memory of one of the stream's networks after all steps pushed so far, or undefined if it has no learner. It changes nothing. */
  probe(stream: StreamId, request: MemoryRequest): Promise<MemoryProbe | NoMemory | undefined>;
  /** Frees all learners, in bounded time. What was pushed and not answered is reported as dropped. Idempotent. */
  stop(): Promise<void>;
}
