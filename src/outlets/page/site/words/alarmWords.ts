import type { AlarmAnswer } from '../data/answers.ts';
import { UNKNOWN } from './numbers.ts';
import type { Wording } from './wording.ts';

/** Facts of the stream of an alarm that the words need. */
export interface AlarmScene {
  readonly unit: string;
  readonly decimals: number;
  readonly zone: string | undefined;
  /** The newest reading, where the alarm is still open. */
  readonly y: number | null;
}

/** A sentence without its subject, and what else there is to say. */
export interface AlarmWords {
  readonly what: string;
  readonly more: string;
}

/** Why there is an alarm, from what was true when it began: the known range has widened with the fault since. */
export function alarmWords(alarm: AlarmAnswer, scene: AlarmScene, wording: Wording): AlarmWords {
  return { what: whatOf(alarm, scene, wording), more: moreOf(alarm, scene, wording) };
}

function whatOf(alarm: AlarmAnswer, scene: AlarmScene, { numbers, times }: Wording): string {
  const first = numbers.withUnit(alarm.y, scene.decimals, scene.unit);
  switch (alarm.channel) {
    case 'range': {
      const now = numbers.withUnit(scene.y, scene.decimals, scene.unit);
      const start = `left everything seen before: ${first} at ${times.clock(Date.parse(alarm.start), scene.zone)}`;
      return alarm.end === null && now !== UNKNOWN ? `${start}, now ${now}` : start;
    }
    case 'jump':
      return `jumped to ${first}, further than ever before`;
    case 'still':
      return `has stood at exactly ${first}`;
    case 'limit':
      return `is outside the limits that are set for it: ${first}`;
    case 'errors':
      return badlyForecast(errorWords(alarm, numbers));
    default:
      return `is not as expected: ${first}`;
  }
}

function badlyForecast(errors: string | undefined): string {
  return errors === undefined ? 'is forecast far worse than usual' : `had ${errors}`;
}

/** Says how large the errors were; undefined while that is not known: it is once the alarm has ended. */
function errorWords(
  { error_ratio: ratio = null, readings = null }: AlarmAnswer,
  numbers: Wording['numbers'],
): string | undefined {
  if (ratio === null || readings === null || !(ratio > 1)) return undefined;
  const span = readings === 1 ? '1 reading' : `${numbers.format(readings)} readings`;
  return `errors of up to ${numbers.format(ratio, ratio < 10 ? 1 : 0)} times the usual ones within ${span}`;
}

function moreOf(alarm: AlarmAnswer, scene: AlarmScene, wording: Wording): string {
  const { unit, decimals } = scene;
  const { numbers } = wording;
  if (alarm.channel === 'still') return 'It has never stood still for so long. A sensor that hangs looks like this.';
  const expected = expectedWords(alarm, scene, wording);
  const sentences = expected === '' ? [] : [expected];
  const { known_low: low = null, known_high: high = null } = alarm;
  if (alarm.channel === 'range' && low !== null && high !== null) {
    sentences.push(`Seen before: ${numbers.format(low, decimals)} to ${numbers.withUnit(high, decimals, unit)}.`);
  }
  if (alarm.score !== null) sentences.push(`Its score is ${numbers.format(alarm.score, 1)}; 1 is an alarm.`);
  return sentences.join(' ');
}

/** The interval that the reading at the start was expected in; empty: there was none. */
export function expectedWords(
  { yhat_lower: lower, yhat_upper: upper }: AlarmAnswer,
  { unit, decimals }: AlarmScene,
  { numbers }: Wording,
): string {
  if (lower === null || upper === null) return '';
  return `Expected ${numbers.format(lower, decimals)} to ${numbers.withUnit(upper, decimals, unit)}.`;
}

/** The cause alone, for a list. */
export function causeOf(alarm: AlarmAnswer, { numbers }: Wording): string {
  switch (alarm.channel) {
    case 'range':
      return 'outside everything seen so far';
    case 'jump':
      return 'a larger jump than ever before';
    case 'still':
      return 'the same value for longer than ever before';
    case 'limit':
      return 'outside the limits that are set';
    case 'errors':
      return errorWords(alarm, numbers) ?? 'errors far above the usual ones';
    default:
      return alarm.channel ?? 'not as expected';
  }
}
