import { type Effort, NO_LEARNING } from '../../domain/effort.ts';
import type { Origin, Sample } from '../../domain/sample.ts';
import type { JournalPosition } from '../../domain/stateStore.ts';
import { type EpochMs, toEpochMs } from '../../domain/time.ts';
import type { BatchBytes } from './batchBytes.ts';
import {
  EFFORT_MASK,
  EFFORT_SHIFT,
  HAS_INPUTS,
  IS_BACKLOG,
  IS_NEAR,
  IS_TOLD,
  KIND_MASK,
  MOST_NEAR,
  TAG,
} from './batchFormat.ts';
import { BatchError, type BatchReader } from './batchReader.ts';

/** Writes a reading: 19 bytes, and one to three for the origin of its time. @param original the position it had before */
export function writeReading(out: BatchBytes, sample: Sample, original?: JournalPosition): void {
  const { stream, at, value, inputs, inputNames, effort = 0, origin } = sample;
  const number = out.numberOf(stream);
  if (inputs !== undefined) out.nameInputs(stream, inputs.length, inputNames);
  out.byte(tagOf(origin, original) | (effort << EFFORT_SHIFT) | (inputs === undefined ? 0 : HAS_INPUTS));
  if (original !== undefined) out.double(original);
  out.short(number);
  out.double(at);
  out.double(value);
  if (inputs !== undefined) out.doubles(inputs);
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
  const isWhole = Number.isInteger(distance) && out.arrival + distance === arrival;
  const isNear = isWhole && distance >= 0 && distance <= MOST_NEAR;
  out.byte(flags | (isNear ? IS_NEAR : 0));
  if (isNear) out.short(distance);
  else out.double(arrival);
  out.arrival = arrival;
}

function readSample(from: BatchReader, tag: number): Sample {
  const sample = { stream: from.stream(), at: toEpochMs(from.double()), value: from.double() };
  const effort = ((tag >> EFFORT_SHIFT) & EFFORT_MASK) as Effort;
  if (effort > NO_LEARNING) throw new BatchError(`unknown effort ${effort}`);
  const learned = effort === 0 ? sample : { ...sample, effort };
  if ((tag & HAS_INPUTS) === 0) return learned;
  const inputs = from.doubles();
  const inputNames = from.inputNames(sample.stream, inputs.length);
  return { ...learned, inputs, ...(inputNames && { inputNames }) };
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
