import type { Drop, DropReason } from '../../domain/dropReason.ts';
import type { Inbound, Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { SampleTime } from './sampleTime.ts';
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

/** What a field of the message says, and at which moment. */
export interface Reading {
  readonly time: SampleTime;
  readonly value: number;
  readonly inputs?: readonly number[] | undefined;
}

/** Adds a sample, unless its stream already belongs to another source. */
export function accept(intake: Intake, source: StreamSource, stream: StreamId, reading: Reading): void {
  const claim = intake.book.claim(stream, source);
  if (claim === 'other-topic') refuse(intake, 'name-taken');
  if (claim !== 'granted') return;
  const { time, value, inputs } = reading;
  const { at, origin } = time;
  const sample = origin === undefined ? { stream, at, value } : { stream, at, value, origin };
  intake.samples.push(inputs === undefined ? sample : { ...sample, inputs });
}
