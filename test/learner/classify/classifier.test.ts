import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import { KernelFullError } from '../../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { readSnapshot } from '../../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../../src/model/saveSnapshot.ts';
import type { StateIo } from '../../../src/model/stateIo.ts';
import { CUE_EVERY, cueSeries, labelAt } from '../../support/cueSeries.ts';
import { expectSameBytes } from '../../support/expectSameBytes.ts';
import { rounds } from '../../support/rounds.ts';
import { smallSettings } from '../../support/settings.ts';
import { accuracyOf, answersOf, CLASSIFY, classLearner, fastKernel, teach } from './classifying.ts';

const ROWS = cueSeries(9000);

/** The same snapshot, as another version might have written it. */
function withoutEntries(snapshot: Uint8Array, isGone: (name: string) => boolean): Uint8Array {
  const { schema, entries } = readSnapshot(snapshot);
  const writer = {
    exchange(io: StateIo) {
      for (const [name, array] of entries) if (!isGone(name)) io.array(name, array);
    },
  };
  expect([...entries.keys()].some(isGone)).toBe(true);
  return saveSnapshot(writer, schema);
}

const FEW = ROWS.slice(0, 900);

describe('classes', () => {
  it('are told by what came before, from one label in twenty that comes two hundred rows late', () => {
    const forecasts = teach(classLearner(), ROWS, { delay: 200, isTold: (row) => (row * 7919) % 20 === 0 });
    const { scores } = forecasts.at(-1)?.classAnswer ?? {};

    // Guessing between heating and spinning gives 0.72.
    expect(accuracyOf(forecasts, ROWS, 6000)).toBeGreaterThan(0.95);
    expect(scores?.labelled).toBeCloseTo(0.05, 2);
    expect(scores?.seen).toBe(3);
  });

  it('are still told when labels have stopped', () => {
    const forecasts = teach(classLearner(), ROWS, { until: 5000 });
    expect(accuracyOf(forecasts, ROWS, 6000)).toBeGreaterThan(0.95);
    const sources = new Set(answersOf(forecasts.slice(6000)).map((answer) => answer?.source));
    for (const source of ['last', 'recent_label', 'net_label'] as const) expect(sources).not.toContain(source);
  });

  it('have probabilities that add up to 1, and an answer that is the likeliest', () => {
    for (const answer of answersOf(teach(classLearner(), FEW))) {
      if (answer === undefined) continue;
      const { classes, probabilities, label } = answer;
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      expect(probabilities[classes.indexOf(label)]).toBe(Math.max(...probabilities));
    }
  });

  it('have no answer before the first label, and none of a single class', () => {
    const silent = teach(classLearner(), FEW, { until: 0 });
    expect(answersOf(silent).every((answer) => answer === undefined)).toBe(true);
    const learner = classLearner({ classes: 'open' });
    const rows = FEW.filter(({ truth }) => truth === 'rest').slice(0, 100);
    expect(answersOf(teach(learner, rows)).every((answer) => answer === undefined)).toBe(true);
  });

  it('change no forecast: those with and without classes are equal to the bit', () => {
    const settings = smallSettings({
      horizons: [{ label: '1', steps: 1 }],
      model: { experts: ['last_value', 'lstm_direct'] },
    });
    const withClasses = new StreamLearner(fastKernel, { ...settings, classify: CLASSIFY });
    const without = new StreamLearner(fastKernel, settings);

    const judged = teach(withClasses, FEW).map(({ classAnswer: _, ...forecast }) => forecast);

    expect(judged).toEqual(teach(without, FEW));
  });
});

describe('a label', () => {
  const now = ROWS[899]?.step.at as number;
  const taught = (change = {}): StreamLearner => {
    const learner = classLearner(change);
    teach(learner, FEW);
    return learner;
  };

  it.each([
    ['of a class that there is not', 'label-unknown', labelAt(now, 'dance'), {}],
    ['of more than the delay ahead', 'label-of-the-future', labelAt(now + 3_600_001, 'heat'), {}],
    ['of a row that is no longer kept', 'label-too-late', labelAt(FEW[0]?.step.at as number, 'heat'), { delay: 1000 }],
    ['of a time before the first row', 'label-without-reading', labelAt(1, 'heat'), { delay: 36_000_000 }],
    ['with its ends in the wrong order', 'label-without-reading', labelAt(now, 'heat', now - 1), {}],
    ['beside another one', 'label-conflict', labelAt(now, ROWS[899]?.truth === 'heat' ? 'spin' : 'heat'), {}],
    ['told again', undefined, labelAt(now, ROWS[899]?.truth as string), {}],
    ['of a moment after the last row', undefined, labelAt(now + 3000, ROWS[899]?.truth as string), {}],
  ] as const)('%s: %s', (_, reason, label, change) => {
    expect(taught(change).instruct(label)).toBe(reason);
  });

  it('of a span of which a part is no longer kept is used for the rest', () => {
    const learner = classLearner({ delay: CLASSIFY.delay });
    teach(learner, ROWS.slice(0, 5000), { until: 0 });
    const span = labelAt(ROWS[0]?.step.at as number, 'heat', ROWS[4999]?.step.at);
    expect(learner.instruct(span)).toBe('label-too-late');
    const { classAnswer } = learner.step(ROWS[5000]!.step);
    expect(classAnswer?.label).toBe('heat');
  });

  it('of the future teaches its rows when they come, each once, as labels on time do', () => {
    const [waiting, onTime] = [classLearner(), classLearner()];
    teach(waiting, FEW, { until: 0 });
    teach(onTime, FEW, { until: 0 });
    const span = ROWS.slice(905, 915);
    expect(waiting.instruct(labelAt(span[0]!.step.at, 'spin', span.at(-1)!.step.at))).toBe(undefined);

    for (const { step } of ROWS.slice(900, 940)) {
      waiting.step(step);
      onTime.step(step);
      if (span.some((row) => row.step.at === step.at)) onTime.instruct(labelAt(step.at, 'spin'));
    }

    expectSameBytes(waiting.snapshot(), onTime.snapshot());
  });

  it('of a span is a label of each of its rows', () => {
    const [bySpan, byRow] = [taught(), taught()];
    const rows = FEW.slice(700, 760);
    bySpan.instruct(labelAt(rows[0]!.step.at, 'heat', rows.at(-1)!.step.at));
    for (const { step } of rows) byRow.instruct(labelAt(step.at, 'heat'));
    expectSameBytes(bySpan.snapshot(), byRow.snapshot());
  });

  it('of a moment between two rows is one of the row before it, unless that is long ago', () => {
    const [between, exact] = [taught(), taught()];
    const { at } = FEW[700]!.step;
    between.instruct(labelAt(at + CUE_EVERY / 2, 'spin'));
    exact.instruct(labelAt(at, 'spin'));
    expectSameBytes(between.snapshot(), exact.snapshot());

    const gap = classLearner();
    teach(gap, [...FEW.slice(0, 300), ...FEW.slice(600)], { until: 0 });
    expect(gap.instruct(labelAt(FEW[450]!.step.at, 'heat'))).toBe('label-without-reading');
  });
});

describe('a list of classes that changes', () => {
  it('keeps what was learned of the names that stay', () => {
    const learner = classLearner();
    teach(learner, ROWS.slice(0, 6000));
    const changed = classLearner({ classes: ['spin', 'pause', 'rest', 'heat'] }, learner.snapshot());

    const rest = ROWS.slice(6000);
    const forecasts = teach(changed, rest, { until: 0 });

    expect(accuracyOf(forecasts, rest, 0)).toBeGreaterThan(0.95);
    expect(forecasts.at(-1)?.classAnswer?.classes).toEqual(['spin', 'pause', 'rest', 'heat']);
  });

  it('goes on without a name that is gone, and learns a new one', () => {
    const learner = classLearner();
    teach(learner, FEW);
    const changed = classLearner({ classes: ['rest', 'busy'] }, learner.snapshot());
    const rows = ROWS.slice(900, 3900).map(
      (row) => ({ ...row, truth: row.truth === 'rest' ? 'rest' : 'busy' }) as never,
    );
    const forecasts = teach(changed, rows);
    expect(accuracyOf(forecasts, rows, 1500)).toBeGreaterThan(0.95);
  });

  it('answers with the next row where a class that stays has been labelled, whichever was labelled last', () => {
    const names = ['rest', 'heat', 'spin', 'dance'];
    const label = fc.record({ row: fc.nat(59), name: fc.constantFrom(...names) });
    void fc.assert(
      fc.property(fc.array(label, { maxLength: 6 }), fc.subarray(names, { minLength: 2 }), (labels, staying) => {
        const learner = classLearner({ classes: names });
        teach(learner, FEW.slice(0, 60), { until: 0 });
        for (const { row, name } of labels) learner.instruct(labelAt(FEW[row]!.step.at, name));
        const changed = classLearner({ classes: staying }, learner.snapshot());
        const answer = changed.step(FEW[60]!.step).classAnswer;
        expect(answer !== undefined).toBe(labels.some(({ name }) => staying.includes(name)));
        expect(answer === undefined || staying.includes(answer.label)).toBe(true);
      }),
      { numRuns: rounds(20, 60) },
    );
  });

  it('leans on the newest label of a class that stays, as if the ones after it had never come', () => {
    const names = ['rest', 'heat', 'spin', 'dance'];
    const [some, others] = [classLearner({ classes: names }), classLearner({ classes: names })];
    for (const learner of [some, others]) {
      teach(learner, FEW.slice(0, 60), { until: 0 });
      for (let row = 20; row < 55; row++) learner.instruct(labelAt(FEW[row]!.step.at, 'heat'));
    }
    some.instruct(labelAt(FEW[58]!.step.at, 'dance'));
    const staying = { classes: names.slice(0, 3) };
    const [left, whole] = [some, others].map((learner) => classLearner(staying, learner.snapshot()));
    const answers = [left!, whole!].map((learner) => learner.step(FEW[60]!.step).classAnswer);
    expect(answers[0]).toMatchObject({ label: 'heat', source: answers[1]?.source });
  });

  it('grows by the names that labels bring, where it is open, and says what one with the whole list says in the end', () => {
    const forecasts = teach(classLearner({ classes: 'open' }), ROWS, { delay: 3 });
    expect([...(forecasts.at(-1)?.classAnswer?.classes ?? [])].sort()).toEqual(['heat', 'rest', 'spin']);
    expect(accuracyOf(forecasts, ROWS, 6000)).toBeGreaterThan(0.95);
  });

  it('ends at 32 names, and takes none that is empty or too long', () => {
    const learner = classLearner({ classes: 'open' });
    FEW.slice(0, 40).forEach(({ step }, row) => {
      learner.step(step);
      expect(learner.instruct(labelAt(step.at, `class ${row}`))).toBe(row < 32 ? undefined : 'label-unknown');
    });
    expect(learner.instruct(labelAt(FEW[39]!.step.at, ''))).toBe('label-unknown');
    expect(classLearner({ classes: 'open' }, learner.snapshot()).snapshot()).toEqual(learner.snapshot());
    const fresh = classLearner({ classes: 'open' });
    fresh.step(FEW[0]!.step);
    expect(fresh.instruct(labelAt(FEW[0]!.step.at, 'x'.repeat(101)))).toBe('label-unknown');
  });

  it('does not grow where the kernel has no room: nothing is changed', () => {
    const probe = createPlainKernel();
    const sized = classLearner({ classes: 'open' }, undefined, probe);
    teach(sized, FEW.slice(0, 100));
    const kernel = createPlainKernel({ memoryLimit: probe.usedBytes + 100 });
    const learner = classLearner({ classes: 'open' }, undefined, kernel);
    learner.step(FEW[0]!.step);
    expect(learner.instruct(labelAt(FEW[0]!.step.at, 'a'))).toBe(undefined);
    expect(learner.instruct(labelAt(FEW[0]!.step.at, 'b'))).toBe('label-conflict');
    const before = learner.snapshot();
    expect(learner.instruct(labelAt(FEW[0]!.step.at, 'c'))).toBe('no-memory');
    expectSameBytes(learner.snapshot(), before);
  });
});

describe('the state of classes', () => {
  it.each([1, 33, 700, 2500])(
    'goes on to the bit after a restart at row %i, with labels that were told late',
    (cut) => {
      const options = { delay: 150, isTold: (row: number) => row % 3 === 0 };
      const whole = classLearner();
      const expected = teach(whole, ROWS.slice(0, cut + 700), options);
      const first = classLearner();
      teach(first, ROWS.slice(0, cut), options);
      const second = classLearner({}, first.snapshot());
      const rest = ROWS.slice(cut, cut + 700).map(({ step }, i) => {
        const forecast = second.step(step).toForecast();
        second.learn();
        const told = ROWS[cut + i - 150];
        if (told !== undefined && options.isTold(cut + i - 150)) second.instruct(labelAt(told.step.at, told.truth));
        return forecast;
      });
      expect(rest).toEqual(expected.slice(cut));
      expectSameBytes(second.snapshot(), whole.snapshot());
    },
  );

  it('is no condition: a stream that gets classes keeps what it knew, and one that loses them too', () => {
    const settings = smallSettings();
    const without = new StreamLearner(fastKernel, settings);
    teach(without, FEW);
    const gained = classLearner({}, without.snapshot());
    teach(gained, ROWS.slice(900, 1200));
    const lost = new StreamLearner(fastKernel, settings, gained.snapshot());
    teach(without, ROWS.slice(900, 1200));
    expectSameBytes(lost.snapshot(), without.snapshot());
  });

  it('begins anew where it is of an older layout, and the stream goes on as if nothing were', () => {
    const whole = classLearner();
    teach(whole, FEW);
    const bytes = whole.snapshot();
    const older = withoutEntries(bytes, (name) => name === 'classes.judge.mixture.shares');
    const [same, renewed, fresh] = [classLearner({}, bytes), classLearner({}, older), classLearner()];

    const rest = ROWS.slice(900, 1900);
    const [kept, anew] = [same, renewed].map((learner) => teach(learner, rest, { delay: 5 }));

    const without = (forecasts: readonly Forecast[]): unknown =>
      forecasts.map(({ classAnswer: _, ...forecast }) => forecast);
    expect(without(anew!)).toEqual(without(kept!));
    expect(answersOf(kept!).every((answer) => answer !== undefined)).toBe(true);
    expect(answersOf(anew!)).toEqual(answersOf(teach(fresh, rest, { delay: 5 })));
    expect(anew!.at(-1)?.classAnswer?.scores?.labels).toBeGreaterThan(900);
  });

  it('gives all memory of the kernel back, also where there was too little', () => {
    const kernel = createPlainKernel();
    const learner = classLearner({}, undefined, kernel);
    const { usedBytes } = kernel;
    learner.free();
    expect(kernel.usedBytes).toBe(0);
    const small = createPlainKernel({ memoryLimit: usedBytes - 1 });
    expect(() => classLearner({}, undefined, small)).toThrow(KernelFullError);
    expect(small.usedBytes).toBe(0);
  });
});

it('learns less where the effort is less, and nothing at none', () => {
  const learnedAt = (effort: 0 | 2 | 5): Uint8Array => {
    const learner = classLearner();
    FEW.forEach(({ step, truth }) => {
      learner.step({ ...step, effort });
      learner.learn();
      learner.instruct(labelAt(step.at, truth));
    });
    return learner.snapshot();
  };
  const snapshots = [learnedAt(0), learnedAt(2), learnedAt(5)];
  expect(new Set(snapshots.map((bytes) => Buffer.from(bytes).toString('base64'))).size).toBe(3);
});

it('judges what is missing by what it last was, and survives numbers that are none', () => {
  const learner = classLearner();
  FEW.forEach(({ step, truth }, row) => {
    const value = row % 7 === 3 ? Number.NaN : row % 50 === 9 ? 1e300 : row % 90 === 8 ? -1e37 : step.value;
    const { classAnswer } = learner.step({ ...step, value });
    learner.learn();
    learner.instruct(labelAt(step.at, truth));
    expect(classAnswer?.probabilities.every(Number.isFinite)).not.toBe(false);
  });
});
