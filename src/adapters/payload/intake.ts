import type { Drop, DropReason } from '../../domain/dropReason.ts';
import type { Inbound, Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSource } from '../../domain/streamSpec.ts';
import type { SampleTime } from './sampleTime.ts';
import type { StreamBook } from './streamBook.ts';

/** The samples and drops of one message so far. */
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

/** The value of a field of the message, and its time. */
export interface Reading {
  readonly time: SampleTime;
  readonly value: number;
  readonly inputs?: readonly number[] | undefined;
}

/** Adds a sample, unless its stream already belongs to another source. */
export function accept(intake: Intake, source: StreamSource, stream: StreamId, reading: Reading): void {
  const owner = intake.book.ownerOf(stream, source);
  if (owner.topic !== source.topic) refuse(intake, 'name-taken');
  // Of two entries that read the same topic the earlier one has given the sample already.
  if (owner.topic !== source.topic || owner.spec !== source.spec) return;
  const { time, value, inputs } = reading;
  const { at, origin } = time;
  const certain: Sample = { stream, at, value, source: owner };
  const sample = origin === undefined ? certain : { ...certain, origin };
  intake.samples.push(inputs === undefined ? sample : { ...sample, inputs });
}
