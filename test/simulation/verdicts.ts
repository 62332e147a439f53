import type { AlarmEvidence, AlarmVerdict } from '../../src/domain/alarm.ts';
import type { LearnerNews } from '../../src/domain/events.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { VerdictOrder } from '../../src/domain/streamInput.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { gridTimes, learnerSettings, MINUTE, MONDAY, makeSeries, normal, toSteps } from '../support/series.ts';
import { World } from './world.ts';

const SETTINGS = learnerSettings({ model: { experts: ['last_value', 'linear'] } });
/** Row of the first occurrence, and rows of each and from one to the next. */
const FIRST = 700;
const LENGTH = 60;
const MOST_TRIES = 4;
const APART = 220;
/** Occurrences after the verdict. */
const LATER = 7;
/** Score from which on something is strange though it was normal: noise makes an occurrence a little larger than the one that was judged. */
const LARGER = 1.05;
/** Rows for which a reading stays outside, so that the series is like that now. */
const LONG = 900;

type Noise = () => number;

interface Pattern {
  readonly name: string;
  readonly calm: (row: number, random: Noise) => number;
  /** @param row of the occurrence @returns the reading in place of the calm one */
  readonly strange: (row: number, calm: number) => number;
  /** It leaves the range of all readings before. Default: it does not. */
  readonly isOutside?: true;
}

const noise = (_: number, random: Noise): number => 20 + 0.3 * random();
/** Those of the errors alone are as large as the place in a season where they come: test/learner/verdicts.test.ts has them. */
const PATTERNS: readonly Pattern[] = [
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
    calm: (_, random) => 20 + random(),
    strange: (row, calm) => (row < 50 ? 20 : calm),
  },
];

/** Verdicts on the first occurrence. */
const COURSES = ['normal', 'fault', 'fault, then normal', 'fault that stays'] as const;

export interface VerdictsOutcome {
  readonly name: string;
  readonly faults: readonly string[];
}

interface Ended {
  readonly from: number;
  readonly to: number;
  readonly knownLow: number;
  readonly knownHigh: number;
  readonly evidence: AlarmEvidence;
}

/** A learner with its alarms, which may be killed: another one goes on from its bytes. */
class Life {
  readonly scores: number[] = [];
  readonly ended: Ended[] = [];
  #learner: StreamLearner;
  #known = { knownLow: Number.NaN, knownHigh: Number.NaN };
  readonly #kernel = createPlainKernel();

  constructor() {
    this.#learner = this.#make();
  }

  #make(state?: Uint8Array): StreamLearner {
    const tell = (news: LearnerNews): void => {
      if (news.type === 'AlarmStarted') this.#known = { knownLow: news.knownLow, knownHigh: news.knownHigh };
      if (news.type === 'AlarmEnded')
        this.ended.push({ from: news.start, to: news.at, evidence: news.evidence, ...this.#known });
    };
    return new StreamLearner(this.#kernel, SETTINGS, state, { tell });
  }

  live(steps: readonly Step[]): void {
    for (const step of steps) {
      this.scores.push(this.#learner.step(step).toForecast().anomalyScore ?? 0);
      this.#learner.learn();
    }
  }

  judge(verdict: AlarmVerdict, { from, to, ...known }: Ended): void {
    const order: VerdictOrder = {
      ...{ kind: 'command', command: 'judge', stream: 's' as never, at: toEpochMs(to), verdict },
      ...{ from: toEpochMs(from), to: toEpochMs(to), ...known },
    };
    this.#learner.instruct(order);
  }

  kill(): void {
    const state = this.#learner.snapshot();
    this.#learner.free();
    this.#learner = this.#make(state);
  }

  state(): Uint8Array {
    return this.#learner.snapshot();
  }

  highest(from: number, to = from + LENGTH): number {
    return Math.max(...this.scores.slice(from, to));
  }
}

/** The lives of one stream whose alarm is judged: what was normal is no alarm any more, a fault stays one, and neither is forgotten with the process. */
export async function simulate(seed: number): Promise<VerdictsOutcome> {
  const world = new World(seed);
  const pattern = PATTERNS[seed % PATTERNS.length] as Pattern;
  const course = COURSES[Math.floor(seed / PATTERNS.length) % COURSES.length] as (typeof COURSES)[number];
  return { name: `${pattern.name}: ${course}`, faults: judged(world, pattern, course) };
}

function judged(world: World, pattern: Pattern, course: (typeof COURSES)[number]): readonly string[] {
  const places = Array.from({ length: LATER + 1 }, (_, i) => FIRST + i * APART);
  const found = firstAlarm(world, pattern);
  if (found === undefined) return ['no occurrence is an alarm'];
  const { series, alarm } = found;
  const isNormal = course.endsWith('normal');
  // An order to omit its readings makes of a fault that it was never learned.
  const isKnown = course === 'normal';
  const isLong = course === 'fault that stays' && pattern.isOutside === true;
  const shown = isKnown ? places : places.slice(1);
  const end = FIRST + (LATER + 1) * APART + (isLong ? LONG : 0);
  const steps = seriesOf(pattern, series, shown, end, isLong ? places.at(-1) : undefined);
  const [killed, twin] = [new Life(), new Life()];
  const start = FIRST + (isKnown ? LENGTH : APART - 1);
  for (const life of [killed, twin]) {
    life.live(steps.slice(0, start));
    if (!isKnown) life.judge('fault', alarm);
    if (isNormal) life.judge('normal', alarm);
  }
  twin.live(steps.slice(start));
  for (let row = start; row < end; ) {
    killed.kill();
    const next = Math.min(end, row + 1 + world.integer(120));
    killed.live(steps.slice(row, next));
    row = next;
  }
  return faultsOf({ killed, twin, places: places.slice(1), isNormal, isLong });
}

/** @returns a series whose first occurrence is an alarm: another one has nothing to judge */
function firstAlarm(world: World, pattern: Pattern): { readonly series: number; readonly alarm: Ended } | undefined {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const series = world.integer(1e6);
    const once = new Life();
    once.live(seriesOf(pattern, series, [FIRST], FIRST + APART));
    const alarm = once.ended.find(({ from }) => from >= timeOf(FIRST) && from < timeOf(FIRST + LENGTH));
    if (alarm !== undefined && once.highest(FIRST) > 1) return { series, alarm };
  }
  return undefined;
}

interface Judged {
  readonly killed: Life;
  readonly twin: Life;
  readonly places: readonly number[];
  readonly isNormal: boolean;
  readonly isLong: boolean;
}

function faultsOf({ killed, twin, places, isNormal, isLong }: Judged): readonly string[] {
  const faults: string[] = [];
  if (!Buffer.from(killed.state()).equals(twin.state())) faults.push('a process that was killed has other bytes');
  for (const place of places) {
    const score = twin.highest(place);
    if (isNormal ? score > LARGER : score <= 1) faults.push(`at ${place} the score is ${score.toFixed(2)}`);
  }
  const last = places.at(-1) as number;
  if (isLong && twin.highest(last + LONG - 100, last + LONG) > 1) faults.push('what stays is strange for ever');
  return faults;
}

/** @param stays row from which on the first strange reading stays. Default: none does */
function seriesOf(
  { calm, strange }: Pattern,
  series: number,
  places: readonly number[],
  rows: number,
  stays = Number.POSITIVE_INFINITY,
): readonly Step[] {
  const values = makeSeries(rows, series, (row, random) => {
    const next = (): number => normal(random);
    const reading = calm(row, next);
    if (row >= stays) return strange(0, reading);
    const place = places.find((at) => row >= at && row < at + LENGTH);
    return place === undefined ? reading : strange(row - place, reading);
  });
  return toSteps(values, gridTimes(rows, MINUTE));
}

function timeOf(row: number): number {
  return MONDAY + row * MINUTE;
}
