import type { Drop, DropReason } from '../../domain/dropReason.ts';
import type { Inbound, Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { StreamBook, StreamSource } from './streamBook.ts';

/** What one message has given so far. */
export interface Intake {
  readonly message: Inbound;
  readonly book: StreamBook;
  readonly samples: Sample[];
  readonly drops: Drop[];
}

export function createIntake(message: Inbound, book: StreamBook): Intake {
  return { message, book, samples: [], drops: [] };
}

export function refuse(intake: Intake, reason: DropReason): void {
  intake.drops.push({ reason, topic: intake.message.topic });
}

/** Adds a sample, unless its stream already belongs to another source. */
export function accept(intake: Intake, source: StreamSource, stream: StreamId, at: EpochMs, value: number): void {
  const claim = intake.book.claim(stream, source);
  if (claim === 'granted') intake.samples.push({ stream, at, value });
  else if (claim === 'other-topic') refuse(intake, 'name-taken');
}
