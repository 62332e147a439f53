import { type ErrorCode, TidegateError } from '../../../domain/errors.ts';
import {
  type JournalBatch,
  type JournalPosition,
  type NewSnapshot,
  type PastJournal,
  type StoredSnapshot,
  type StoredStream,
  StoreError,
  type StoreFault,
  type StoreOpening,
  type StoreTraffic,
} from '../../../domain/stateStore.ts';
import type { StreamId } from '../../../domain/streamId.ts';

/** Requests to the store thread. It answers one after the other, in order. */
export type Ask =
  | { readonly kind: 'open'; readonly isAgain: boolean }
  | { readonly kind: 'repair' }
  | { readonly kind: 'append'; readonly batch: JournalBatch }
  | { readonly kind: 'startReading'; readonly from: JournalPosition | undefined }
  | { readonly kind: 'nextPart' }
  | { readonly kind: 'trim'; readonly position: number; readonly past: PastJournal | undefined }
  | { readonly kind: 'save'; readonly snapshots: readonly NewSnapshot[] }
  | { readonly kind: 'load'; readonly stream: StreamId; readonly below: number | undefined }
  | { readonly kind: 'remove'; readonly stream: StreamId }
  | { readonly kind: 'list' }
  | { readonly kind: 'backup' }
  | { readonly kind: 'close' };

/** A part of the journal: batches lie one after the other in one buffer, which changes hands. */
export interface SentPart {
  readonly bytes: Uint8Array;
  /** [first, last, length] of each. */
  readonly batches: Float64Array;
  readonly damaged: number;
}

export interface Answers {
  readonly open: StoreOpening;
  readonly repair: StoreOpening;
  readonly append: undefined;
  readonly startReading: JournalPosition;
  readonly nextPart: SentPart | undefined;
  readonly trim: JournalPosition;
  readonly save: undefined;
  readonly load: StoredSnapshot | undefined;
  readonly remove: undefined;
  readonly list: readonly StoredStream[];
  readonly backup: undefined;
  readonly close: undefined;
}

/** An answer to the oldest request that has none. */
export interface Answer {
  readonly result?: Answers[keyof Answers];
  readonly error?: SentError;
  readonly traffic: StoreTraffic;
}

/** An error as it can be sent: of its class only the fields come over. */
export interface SentError {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly fault?: StoreFault;
  readonly stack?: string | undefined;
}

export function toSentError(error: unknown): SentError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof TidegateError) return { message, stack, code: error.code };
  return { message, stack, fault: error instanceof StoreError ? error.fault : 'failed' };
}

export function fromSentError({ message, code, fault, stack }: SentError): Error {
  const cause = stack === undefined ? undefined : new Error(stack);
  if (code !== undefined) return new TidegateError(code, message, { cause });
  return new StoreError(fault ?? 'failed', message, { cause });
}

export function toSentPart(batches: readonly JournalBatch[], damaged: number): SentPart {
  const bytes = new Uint8Array(batches.reduce((sum, batch) => sum + batch.bytes.length, 0));
  const rows = new Float64Array(3 * batches.length);
  let place = 0;
  for (const [i, batch] of batches.entries()) {
    bytes.set(batch.bytes, place);
    rows.set([batch.first, batch.last, batch.bytes.length], 3 * i);
    place += batch.bytes.length;
  }
  return { bytes, batches: rows, damaged };
}

/** Each batch with bytes of its own: who keeps one does not keep them all. */
export function* fromSentPart({ bytes, batches }: SentPart): Generator<JournalBatch> {
  for (let i = 0, place = 0; i < batches.length; i += 3) {
    const [first, last, length] = batches.subarray(i, i + 3) as unknown as [number, number, number];
    yield { first, last, bytes: bytes.slice(place, place + length) };
    place += length;
  }
}
