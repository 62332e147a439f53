import { describe, expect, it } from 'vitest';
import type { LearnerNews } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import { MARK, type Marks } from '../../src/domain/marks.ts';
import type { Step } from '../../src/domain/sample.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { readSnapshot } from '../../src/model/restoreSnapshot.ts';
import { KERNELS } from '../support/kernels.ts';
import { learnerSettings, noisySine, toSteps } from '../support/series.ts';

const kernel = (KERNELS.find(({ name }) => name === 'simd') ?? (KERNELS[0] as (typeof KERNELS)[0])).create();
/** Above 23 is an alarm from the first reading on; the series lies between 14 and 26. */
const settings = learnerSettings();
const watched = { ...settings, anomaly: { ...settings.anomaly, range: { low: 0, high: 23 } } };

function learnerOf(of = settings, tell: (news: LearnerNews) => void = () => undefined): StreamLearner {
  return new StreamLearner(kernel, of, undefined, { tell });
}

function run(learner: StreamLearner, steps: readonly Step[]): Forecast[] {
  return steps.map((step) => {
    const forecast = learner.step(step).toForecast();
    learner.learn();
    return forecast;
  });
}

const marked = (steps: readonly Step[], marks: Marks): Step[] => steps.map((step) => ({ ...step, marks }));

/** Weights of all networks. */
function weightsOf(learner: StreamLearner): unknown {
  return [...readSnapshot(learner.snapshot()).entries].filter(([name]) => name.endsWith('network.weights'));
}

describe('a reading that is kept out', () => {
  it('is learned by no network, neither then nor in a later window or from the replay memory', () => {
    const learner = learnerOf();
    const first = weightsOf(learner);
    const steps = toSteps([...noisySine(200), ...new Array<number>(64).fill(Number.NaN)]);
    run(learner, marked(steps.slice(0, 200), MARK.keptOut));
    run(learner, steps.slice(200));
    expect(weightsOf(learner)).toEqual(first);
    // The test would see it.
    const other = learnerOf();
    run(other, steps);
    expect(weightsOf(other)).not.toEqual(first);
  });

  it('is so for as long as the first rows may be lived through again', () => {
    const learner = learnerOf();
    const first = weightsOf(learner);
    // Faults of a sensor that starts: the rows before are judged once more.
    const values = noisySine(74).map((value, row) => (row >= 20 && row < 24 ? -127 : value));
    run(learner, marked(toSteps(values), MARK.keptOut));
    expect(weightsOf(learner)).toEqual(first);
  });

  it('changes no forecast of its own row, and is scored', () => {
    const steps = toSteps(noisySine(400));
    const [kept, plain] = [learnerOf(), learnerOf()];
    run(kept, steps.slice(0, 390));
    run(plain, steps.slice(0, 390));
    const [row] = steps.slice(390) as [Step];
    expect(run(kept, marked([row], MARK.keptOut))).toEqual(run(plain, [row]));
  });
});

describe('with `when_normal`', () => {
  it('readings at which an alarm is open are kept out, and no others; that is told', () => {
    const steps = toSteps(noisySine(500));
    const news: LearnerNews[] = [];
    const learner = learnerOf(watched, (it) => void news.push(it));
    const alarms = run(learner, marked(steps, MARK.whenNormal)).map(({ anomaly }) => anomaly);
    const count = alarms.filter(Boolean).length;
    expect(count).toBeGreaterThan(50);
    expect(news.filter(({ type }) => type === 'LearningKeptOut')).toEqual(
      new Array(count).fill({ type: 'LearningKeptOut', cause: 'alarm' }),
    );

    const told = learnerOf(watched);
    run(
      told,
      steps.map((step, row) => (alarms[row] ? { ...step, marks: MARK.keptOut } : step)),
    );
    expect(told.snapshot()).toEqual(learner.snapshot());
    const always = learnerOf(watched);
    run(always, steps);
    expect(weightsOf(always)).not.toEqual(weightsOf(learner));
  });
});

describe('a quiet reading', () => {
  it('starts no alarm; one that lasts starts with the first reading that is not quiet', () => {
    const steps = toSteps([...noisySine(200), ...new Array<number>(20).fill(24)]);
    const learner = learnerOf(watched);
    const quiet = run(learner, marked(steps.slice(0, 210), MARK.keptOut | MARK.quiet));
    expect(quiet.filter(({ anomaly }) => anomaly)).toEqual([]);
    expect(quiet.at(-1)?.anomalyScore).toBeGreaterThan(1);
    expect(run(learner, steps.slice(210)).map(({ anomaly }) => anomaly)).toEqual(new Array(10).fill(true));
  });
});

describe('a recorded reading', () => {
  it('is learned as if it had come live: afterwards the state is the same to the byte', () => {
    const steps = toSteps(noisySine(600));
    const [warmed, lived] = [learnerOf(), learnerOf()];
    const before = run(warmed, marked(steps.slice(0, 500), MARK.recorded));
    const then = run(lived, steps.slice(0, 500));
    expect(before.filter(({ anomaly }) => anomaly)).toEqual([]);
    expect(before).toEqual(then);
    expect(run(warmed, steps.slice(500))).toEqual(run(lived, steps.slice(500)));
    expect(warmed.snapshot()).toEqual(lived.snapshot());
  });

  it('starts no alarm, however strange it is', () => {
    const learner = learnerOf(watched);
    const alarms = run(learner, marked(toSteps(noisySine(300)), MARK.recorded)).filter(({ anomaly }) => anomaly);
    expect(alarms).toEqual([]);
  });
});
