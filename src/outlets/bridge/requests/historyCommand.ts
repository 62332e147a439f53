import * as v from 'valibot';
import type { DropReason } from '../../../domain/dropReason.ts';
import { MARK } from '../../../domain/marks.ts';
import type { Sample } from '../../../domain/sample.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import { isRepresentable, toEpochMs } from '../../../domain/time.ts';
import { isValidReading } from '../../../domain/validReadings.ts';
import { type BridgeCommand, command } from './command.ts';
import type { Desk } from './desk.ts';
import { fail, stream } from './members.ts';

/** Names of units that are equal, but for how they are written, are not told apart by more than blanks. */
const LONGEST_UNIT = 32;
const MOST_READINGS = 1000;
const MOST_INPUTS = 16;
/** No clock is trusted to be ahead of ours by more. */
const AHEAD_MS = 120_000;

const number = v.pipe(v.number('expected numbers'), v.finite('expected numbers'));
const reading = v.pipe(
  v.array(v.nullable(number), 'expected lists of numbers, as in [1767225600000, 21.5]'),
  v.minLength(2, 'a reading has a time and a value'),
  v.maxLength(2 + MOST_INPUTS, `a reading has at most ${MOST_INPUTS} inputs`),
  v.check(([at, value]) => typeof at === 'number' && typeof value === 'number', 'a reading has a time and a value'),
);

/** Learns readings of before. */
export const history: BridgeCommand = command({
  name: 'history',
  about:
    'Learns readings of before: recorded ones, in the order of time, that are newer than what the stream knows. They count as live ones do (`min_samples`), start no anomaly, and no forecast of them is published. `tidegate learn` makes such requests of files.',
  gives: '`stream`; `readings`: number of readings that were taken; `dropped`: those that were not learned, by reason',
  changes: true,
  takes: {
    stream,
    readings: v.pipe(
      v.array(reading, 'expected a list of readings'),
      v.minLength(1, 'there are none'),
      v.maxLength(MOST_READINGS, `at most ${MOST_READINGS} readings`),
      v.description(
        'list of `[time, value]`, or `[time, value, input, …]`; the time in milliseconds since 1970, an input that is missing as null',
      ),
    ),
    inputs: v.pipe(
      v.optional(
        v.pipe(v.array(v.string('expected names as text')), v.maxLength(MOST_INPUTS, `at most ${MOST_INPUTS} names`)),
      ),
      v.description('names of the inputs behind the values, as `inputs` of the configuration has them'),
    ),
    unit: v.pipe(
      v.optional(v.pipe(v.string('expected a unit as text'), v.maxLength(LONGEST_UNIT, 'is no unit'))),
      v.description('unit of the readings; where the sensor has told another one, they are refused'),
    ),
  },
  async run({ stream: id, readings, inputs = [], unit }, desk) {
    requireCertain(id, desk);
    requireUnit(id, unit, desk);
    const samples = samplesOf(id, readings, inputs, desk);
    const { control, eventsOf } = desk;
    const dropped: Partial<Record<DropReason, number>> = {};
    const { valid } = desk.settingsOf(id);
    const fit = samples.filter(({ value }) => isValidReading(value, valid));
    if (fit.length < samples.length) dropped['not-valid'] = samples.length - fit.length;
    const watching = eventsOf('InputDropped').subscribe(({ topic, reason }) => {
      if (topic === id) dropped[reason] = (dropped[reason] ?? 0) + 1;
    });
    try {
      await control.submitHistory(fit);
      await control.untilLearned();
    } finally {
      watching.unsubscribe();
    }
    return { stream: id, readings: readings.length, dropped };
  },
});

/** @throws RequestError where the configuration does not say which settings the stream would have */
function requireCertain(id: StreamId, { control, prospectsOf }: Desk): void {
  if (control.hasStream(id)) return;
  const [first, ...others] = prospectsOf(id);
  if (first === undefined) fail('TG_REQUEST_NO_STREAM');
  if (others.some((settings) => settings !== first))
    fail('TG_REQUEST_INVALID', 'stream: several entries of the configuration can give it; wait for its first message');
}

/** @throws RequestError */
function requireUnit(id: StreamId, unit: string | undefined, { sensorOf }: Desk): void {
  const own = sensorOf(id)?.unit;
  if (unit === undefined || own === undefined || own.trim() === unit.trim()) return;
  fail('TG_REQUEST_INVALID', 'unit: is not that of the sensor; give the readings in its unit, which `streams` tells');
}

/** @throws RequestError */
function samplesOf(
  id: StreamId,
  readings: readonly (readonly (number | null)[])[],
  inputNames: readonly string[],
  { control, settingsOf }: Desk,
): readonly Sample[] {
  const known = settingsOf(id).inputNames ?? [];
  if (inputNames.some((name) => !known.includes(name)))
    fail('TG_REQUEST_INVALID', 'inputs: a name is none of the inputs of the stream');
  const latest = control.now() + AHEAD_MS;
  let before = Number.NEGATIVE_INFINITY;
  return readings.map(([at, value, ...inputs]) => {
    const time = at as number;
    if (!isRepresentable(time) || time > latest)
      fail('TG_REQUEST_INVALID', 'readings: a time lies in the future, or is none');
    if (time < before) fail('TG_REQUEST_INVALID', 'readings: are not in the order of time');
    before = time;
    if (inputs.length !== inputNames.length)
      fail('TG_REQUEST_INVALID', 'readings: have not one value for each name of `inputs`');
    const sample: Sample = { stream: id, at: toEpochMs(time), value: value as number, marks: MARK.recorded };
    return inputs.length === 0 ? sample : { ...sample, inputs: inputs.map((input) => input ?? Number.NaN), inputNames };
  });
}
