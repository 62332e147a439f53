import type { LearnerSettings } from '../../src/domain/streamSettings.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import {
  APART,
  type Ended,
  FIRST,
  JudgedLife,
  LENGTH,
  type Noise,
  occurrence,
  type Pattern,
  patternSeries,
  timeOf,
  without,
} from '../support/judgedLife.ts';
import { learnerSettings } from '../support/series.ts';
import { World } from './world.ts';

const kernel = createPlainKernel();
const MODELS: readonly LearnerSettings[] = [
  learnerSettings({ model: { experts: ['last_value', 'linear'] } }),
  learnerSettings({ model: { experts: ['last_value'] } }),
];
const MOST_TRIES = 4;
/** Occurrences after the verdict. */
const LATER = 7;
/** Score from which on something is strange though it was normal: noise makes an occurrence a little larger than the one that was judged. */
const LARGER = 1.05;
/** Rows for which a reading stays outside, so that the series is like that now. */
const LONG = 900;

interface NamedPattern extends Pattern {
  readonly name: string;
  /** It leaves the range of all readings before. Default: it does not. */
  readonly isOutside?: true;
}

/** It is no news by itself that it reaches further than before. */
const noise = (_: number, random: Noise): number => 20 + 0.3 * Math.max(-1.5, Math.min(random(), 1.5));
const restless = (row: number, calm: number): number => calm + (row % 2 === 0 ? -0.5 : 0.5);
/** test/learner/verdicts.test.ts has more, and networks. */
const PATTERNS: readonly NamedPattern[] = [
  { name: 'far above', isOutside: true, calm: noise, strange: (row, calm) => (row < 6 ? calm + 60 : calm) },
  { name: 'far below', isOutside: true, calm: noise, strange: (row, calm) => (row < 6 ? calm - 60 : calm) },
  { name: 'one reading below', isOutside: true, calm: noise, strange: (row, calm) => (row < 1 ? calm - 30 : calm) },
  {
    name: 'a jump within the range',
    calm: (row, random) => 20 + 10 * Math.sin((2 * Math.PI * row) / APART) + 0.05 * random(),
    strange: (row, calm) => (row < 3 ? calm + (calm > 20 ? -9 : 9) : calm),
  },
  {
    name: 'standing still',
    calm: noise,
    strange: (row, calm) => (row < 50 ? 20 : calm),
  },
  {
    name: 'restless within the range',
    calm: (row, random) => 20 + 8 * Math.sin((2 * Math.PI * (row - FIRST)) / (2 * APART)) + 0.1 * random(),
    strange: (row, calm) => (row < 45 ? restless(row, calm) : calm),
    staying: restless,
  },
];

/** Verdicts on the first occurrence. */
const COURSES = ['normal', 'fault', 'fault, then normal', 'fault that stays'] as const;

export interface VerdictsOutcome {
  readonly name: string;
  readonly faults: readonly string[];
}

interface Setting {
  readonly pattern: NamedPattern;
  readonly course: (typeof COURSES)[number];
  readonly model: LearnerSettings;
}

/** The lives of one stream whose alarm is judged: what was normal is no alarm any more, a fault stays one, and neither is forgotten with the process. */
export async function simulate(seed: number): Promise<VerdictsOutcome> {
  const world = new World(seed);
  const pattern = PATTERNS[seed % PATTERNS.length] as NamedPattern;
  const round = Math.floor(seed / PATTERNS.length);
  const course = COURSES[round % COURSES.length] as (typeof COURSES)[number];
  const model = MODELS[Math.floor(round / COURSES.length) % MODELS.length] as LearnerSettings;
  return { name: `${pattern.name}: ${course}`, faults: judged(world, { pattern, course, model }) };
}

function judged(world: World, { pattern, course, model }: Setting): readonly string[] {
  const places = Array.from({ length: LATER + 1 }, (_, i) => occurrence(i));
  const found = firstAlarm(world, pattern, model);
  if (found === undefined) return ['no occurrence is an alarm'];
  const { series, alarm } = found;
  const isLong = course === 'fault that stays' && (pattern.isOutside === true || pattern.staying !== undefined);
  const end = occurrence(LATER + 1) + (isLong ? LONG : 0);
  const all = patternSeries(pattern, series, places, end, isLong ? places.at(-1) : undefined);
  const steps = course === 'normal' ? all : without(all, alarm);
  const [killed, twin] = [new JudgedLife(kernel, model), new JudgedLife(kernel, model)];
  const start = steps.findIndex(({ at }) => at >= Math.max(alarm.to, timeOf(FIRST + LENGTH)));
  for (const life of [killed, twin]) {
    life.live(steps.slice(0, start));
    if (course !== 'normal') life.judge('fault', alarm);
    if (course.endsWith('normal')) life.judge('normal', alarm);
  }
  twin.live(steps.slice(start));
  for (let row = start; row < steps.length; ) {
    killed.restart();
    const next = Math.min(steps.length, row + 1 + world.integer(120));
    killed.live(steps.slice(row, next));
    row = next;
  }
  return faultsOf({ killed, twin, places: places.slice(1), isNormal: course.endsWith('normal'), isLong });
}

/** @returns a series whose first occurrence is an alarm: another one has nothing to judge */
function firstAlarm(
  world: World,
  pattern: Pattern,
  model: LearnerSettings,
): { readonly series: number; readonly alarm: Ended } | undefined {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const series = world.integer(1e6);
    const once = new JudgedLife(kernel, model);
    once.live(patternSeries(pattern, series, [FIRST], FIRST + APART));
    const alarm = once.alarmIn(FIRST);
    if (alarm !== undefined && once.highest(FIRST) > 1) return { series, alarm };
  }
  return undefined;
}

interface Judged {
  readonly killed: JudgedLife;
  readonly twin: JudgedLife;
  readonly places: readonly number[];
  readonly isNormal: boolean;
  readonly isLong: boolean;
}

function faultsOf({ killed, twin, places, isNormal, isLong }: Judged): readonly string[] {
  const faults: string[] = [];
  if (!Buffer.from(killed.state()).equals(twin.state())) faults.push('a process that was killed has other bytes');
  if ([...killed.scores].some(([at, score]) => score !== twin.scores.get(at)))
    faults.push('a process that was killed has other scores');
  for (const place of places) {
    const score = twin.highest(place);
    if (isNormal ? score > LARGER : score <= 1) faults.push(`at ${place} the score is ${score.toFixed(2)}`);
  }
  const last = places.at(-1) as number;
  // Noise alone is news in a row of some thousand.
  if (isLong && twin.alarming(last + LONG - 100, last + LONG) > 2) faults.push('what stays is strange for ever');
  return faults;
}
