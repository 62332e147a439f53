import * as v from 'valibot';
import { readPayloadTime } from '../../../adapters/payload/payloadTime.ts';
import { parseDuration } from '../../../config/scalars/durations.ts';
import type { RequestErrorCode } from '../../../domain/requestErrors.ts';
import { RequestError } from '../../../domain/requestErrors.ts';
import { isStreamId, type StreamId } from '../../../domain/streamId.ts';
import { type DurationMs, type EpochMs, toDurationMs, toEpochMs } from '../../../domain/time.ts';
import type { Desk } from './desk.ts';

/** Members that several commands take. Their messages repeat nothing of what was sent. */
const YEAR_MS = 365 * 86_400_000;
const UTC = (): DurationMs => toDurationMs(0);

export const stream: v.GenericSchema<unknown, StreamId> = v.pipe(
  v.string('expected the id of a stream as text'),
  v.custom<StreamId>((text) => typeof text === 'string' && isStreamId(text), 'is not the id of any stream'),
  v.description('id of the stream, as `bridge/streams` has it'),
);

export function time(about: string): v.GenericSchema<unknown, EpochMs> {
  return v.pipe(
    v.union([v.string(), v.number()], 'expected a time: ISO 8601, or seconds or milliseconds since 1970'),
    v.transform((value) => readPayloadTime(value, UTC, toEpochMs(0)) ?? Number.NaN),
    v.custom<EpochMs>((at) => !Number.isNaN(at), 'is not a time: ISO 8601, or seconds or milliseconds since 1970'),
    v.description(`${about}; ISO 8601 (UTC where it has no offset), or seconds or milliseconds since 1970`),
  );
}

export const forTime: v.GenericSchema<unknown, DurationMs> = v.pipe(
  v.string('expected a duration, such as 30m'),
  v.transform((text) => parseDuration(text) ?? Number.NaN),
  v.custom<DurationMs>(
    (ms) => typeof ms === 'number' && ms >= 1000 && ms <= YEAR_MS,
    'expected a duration from 1s to 365d, written like 30s, 15m, 1h or 2d',
  ),
  v.description('duration after which learning goes on (`30s`, `15m`, `1h`, `2d`); without it: until it is told to'),
);

/** @throws RequestError where there is no such stream */
export function requireStream(id: StreamId, { control }: Desk): void {
  if (!control.hasStream(id)) fail('TG_REQUEST_NO_STREAM');
}

/** For commands that cost much: at most one in a time. @throws RequestError */
export function keepPace({ lastRuns }: Desk, name: string, everyMs: number): void {
  const now = performance.now();
  if (now - (lastRuns.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs)
    fail('TG_REQUEST_TOO_MANY', `at most one ${name} in ${everyMs / 1000} seconds`);
  lastRuns.set(name, now);
}

/** @throws RequestError where the configuration lets nothing be changed */
export function requireChanges({ isReadOnly }: Desk): void {
  if (isReadOnly()) fail('TG_REQUEST_READ_ONLY');
}

/** @throws RequestError */
export function fail(code: RequestErrorCode, message?: string): never {
  throw new RequestError(code, message);
}
