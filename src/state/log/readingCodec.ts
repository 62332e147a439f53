import { type Effort, NO_LEARNING } from '../../domain/effort.ts';
import { MOST_MARKS, NO_MARKS } from '../../domain/marks.ts';
import type { Origin, Sample } from '../../domain/sample.ts';
import type { JournalPosition } from '../../domain/stateStore.ts';
import { type EpochMs, toEpochMs } from '../../domain/time.ts';
import type { BatchBytes } from './batchBytes.ts';
import {
  EFFORT_MASK,
  EFFORT_SHIFT,
  HAS_INPUTS,
  HAS_MARKS,
  IS_BACKLOG,
  IS_NEAR,
  IS_TOLD,
  KIND_MASK,
  MARKS_FORMAT,
  MOST_NEAR,
  TAG,
} from './batchFormat.ts';
import { BatchError, type BatchReader } from './batchReader.ts';

/** Writes a reading: 19 bytes, one to three for the origin of its time, and two for marks. @param original the position it had before */
export function writeReading(out: BatchBytes, sample: Sample, original?: JournalPosition): void {
  const { stream, at, value, inputs, inputNames, effort = 0, marks = NO_MARKS, origin } = sample;
  const number = out.numberOf(stream);
  const hasMarks = marks !== NO_MARKS;
  if (hasMarks) out.useFormat(MARKS_FORMAT);
  if (inputs !== undefined) out.nameInputs(stream, inputs.length, inputNames);
  const written = hasMarks ? HAS_MARKS : effort;
  out.byte(tagOf(origin, original) | (written << EFFORT_SHIFT) | (inputs === undefined ? 0 : HAS_INPUTS));
  if (original !== undefined) out.double(original);
  out.short(number);
  out.double(at);
  out.double(value);
  if (inputs !== undefined) out.doubles(inputs);
  if (hasMarks) {
    out.byte(effort);
    out.byte(marks);
  }
  if (origin !== undefined) writeOrigin(out, origin);
}

/** Reads the fields of a SAMPLE or READING. */
export function readReading(from: BatchReader, tag: number): Sample {
  const sample = readSample(from, tag);
  const hasOrigin = (tag & KIND_MASK) === TAG.reading || (tag & KIND_MASK) === TAG.reread;
  return hasOrigin ? { ...sample, origin: readOrigin(from, sample.at) } : sample;
}

function tagOf(origin: Origin | undefined, original: JournalPosition | undefined): number {
  if (origin === undefined) return original === undefined ? TAG.sample : TAG.retold;
  return original === undefined ? TAG.reading : TAG.reread;
}

function writeOrigin(out: BatchBytes, { arrival, isTold, isBacklog }: Origin): void {
  const flags = (isTold ? IS_TOLD : 0) | (isBacklog ? IS_BACKLOG : 0);
  if (!isTold) {
    out.byte(flags);
    return;
  }
  const distance = arrival - out.arrival;
  const isWhole = Number.isInteger(distance) && Object.is(out.arrival + distance, arrival);
  const isNear = isWhole && distance >= 0 && distance <= MOST_NEAR;
  out.byte(flags | (isNear ? IS_NEAR : 0));
  if (isNear) out.short(distance);
  else out.double(arrival);
  out.arrival = arrival;
}

function readSample(from: BatchReader, tag: number): Sample {
  const sample = { stream: from.stream(), at: toEpochMs(from.double()), value: from.double() };
  const inputs = (tag & HAS_INPUTS) === 0 ? undefined : from.doubles();
  const inputNames = inputs && from.inputNames(sample.stream, inputs.length);
  const written = (tag >> EFFORT_SHIFT) & EFFORT_MASK;
  const { effort, marks } = written === HAS_MARKS ? readMarks(from) : { effort: written, marks: NO_MARKS };
  if (effort > NO_LEARNING) throw new BatchError(`unknown effort ${effort}`);
  return {
    ...sample,
    ...(effort !== 0 && { effort: effort as Effort }),
    ...(marks !== NO_MARKS && { marks }),
    ...(inputs && { inputs }),
    ...(inputNames && { inputNames }),
  };
}

function readMarks(from: BatchReader): { readonly effort: number; readonly marks: number } {
  from.requireFormat(MARKS_FORMAT);
  const [effort, marks] = [from.byte(), from.byte()];
  if (marks === NO_MARKS || marks > MOST_MARKS) throw new BatchError(`unknown marks ${marks}`);
  return { effort, marks };
}

/** @param at time of the sample: where its message tells none that is the arrival */
function readOrigin(from: BatchReader, at: EpochMs): Origin {
  const flags = from.byte();
  const isTold = (flags & IS_TOLD) !== 0;
  const arrival = isTold ? readArrival(from, flags) : at;
  return { arrival, isTold, isBacklog: (flags & IS_BACKLOG) !== 0 };
}

function readArrival(from: BatchReader, flags: number): EpochMs {
  from.arrival = (flags & IS_NEAR) === 0 ? from.double() : from.arrival + from.short();
  if (Number.isNaN(from.arrival)) throw new BatchError('an arrival without the one before');
  return toEpochMs(from.arrival);
}
