import type { AlarmEvidence } from '../../domain/alarm.ts';
import type { VerdictOrder } from '../../domain/streamInput.ts';
import { LASTING } from '../doubt.ts';
import type { Alarm } from './alarm.ts';
import type { AnomalyLikelihood } from './anomalyLikelihood.ts';
import type { FaultPatterns, KnownRange } from './faultPatterns.ts';
import type { FlatlineDetector } from './flatlineDetector.ts';
import type { RangeDetector } from './rangeDetector.ts';
import { calmBefore, highestBetween, type Readings } from './restlessness.ts';
import type { Contrast, RestlessPatterns } from './restlessPatterns.ts';
import type { SpikeDetector } from './spikeDetector.ts';

/** Room for a pattern that comes a little larger the next time. */
const ROOM = 0.25;
/** The same of the average of errors: it depends on how calm the series was before, and on where in a season it comes. */
const ROOM_OF_ERRORS = 1.5;
/** Share of the restlessness: half of how far readings go that go up and down in turn, a third of a deviation of noise. */
const ROOM_OF_RESTLESS = 0.5;
/** Rows after an excursion that may belong to it, or in which forecasts find back: a single reading out of range ends its alarm at once. */
const AFTERMATH = 7;
/** Rows after an alarm in which its pattern may go on. */
const AFTER = 45;

interface Detectors {
  readonly errors: readonly AnomalyLikelihood[];
  readonly jump: SpikeDetector;
  readonly range: RangeDetector;
  readonly stillness: FlatlineDetector;
  readonly faults: FaultPatterns;
  readonly restless: RestlessPatterns;
  readonly alarm: Alarm;
}

/** Ages of the first and the last row of an alarm; 0: the newest row. */
interface Ages {
  readonly oldest: number;
  readonly newest: number;
}

/** Somebody who knows has judged an alarm. A running one is over where it was none. */
export function judgeAlarm(detectors: Detectors, order: VerdictOrder, ages: Ages, readings: Readings): void {
  const contrast = contrastOf(order.evidence, ages, readings);
  if (order.verdict === 'fault') {
    // However often it comes, it stays strange.
    detectors.faults.add(order.evidence, knownTo(order, detectors.range));
    detectors.restless.addFault(contrast);
    if (order.evidence.channel === 'still') detectors.stillness.distrust(order.evidence.low, order.evidence.high);
    return;
  }
  if (detectors.restless.addNormal(contrast)) widen(detectors.range, order.evidence, contrast);
  learnNormal(detectors, order, ages);
  detectors.alarm.quit();
}

/** The next time it may reach a little further, to either side, than this time, and than what has widened the range meanwhile. */
function widen(range: RangeDetector, { low, high }: AlarmEvidence, { restless }: Contrast): void {
  const room = ROOM_OF_RESTLESS * restless;
  range.include(Math.min(low, range.low) - room, Math.max(high, range.high) + room);
}

/** The rows that are kept of the alarm, and those right after it, count too: the alarm of a jump ends before the pattern that it began. */
function contrastOf({ channel, restless }: AlarmEvidence, { oldest, newest }: Ages, readings: Readings): Contrast {
  if (channel === 'still' || channel === 'limit') return { restless: 0, calm: 0 };
  const kept = highestBetween(readings, oldest, newest - AFTER);
  return { restless: Math.max(restless, kept), calm: calmBefore(readings, oldest + 1) };
}

/** Each channel knows the pattern from now on: it leads to no alarm any more. */
function learnNormal(
  { errors, jump, range, stillness, faults }: Detectors,
  order: VerdictOrder,
  { oldest, newest }: Ages,
): void {
  const { evidence } = order;
  const { low, high, channel, rows, averages, still } = evidence;
  const known = knownTo(order, range);
  faults.remove(evidence);
  jump.expect(evidence.jump);
  stillness.expect(Math.ceil((1 + ROOM) * still));
  const isExcursion = low < known.low || high > known.high || channel === 'jump';
  errors.forEach((surprise, i) => {
    const average = Math.max(averages[i] ?? 0, surprise.highestBetween(oldest, newest));
    surprise.expectAverage(ROOM_OF_ERRORS * average);
    // Of readings that were not believed there were no errors; the next time there are.
    if (isExcursion) surprise.expectAverage(surprise.averageOf(Math.min(rows, LASTING) + AFTERMATH));
  });
  // Some of its readings may have come after the alarm, and have widened the range by then.
  if (low < known.low) range.include(Math.min(low, range.low) - ROOM * (known.low - low), high);
  if (high > known.high) range.include(low, Math.max(high, range.high) + ROOM * (high - known.high));
}

/** The range that was known before the alarm; the one of now where that is not known. */
function knownTo({ knownLow, knownHigh }: VerdictOrder, { low, high }: KnownRange): KnownRange {
  return { low: Number.isNaN(knownLow) ? low : knownLow, high: Number.isNaN(knownHigh) ? high : knownHigh };
}
