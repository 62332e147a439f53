import { describe, expect, it } from 'vitest';
import { NO_LABEL } from '../../../src/model/labelBlock.ts';
import { type ClassTask, filmFrames, recallAsClasses } from '../../../src/tools/memoryStudy/classTask.ts';
import { createRecallSeries } from '../../../src/tools/memoryStudy/recallTask.ts';

const ROWS = 20_000;
const frameOf = ({ x, fields }: ClassTask, row: number): Float64Array => x.subarray(row * fields, (row + 1) * fields);

describe('delayed recall as classes', () => {
  const task = recallAsClasses(ROWS, 1);

  it('asks for the cues of the recall series, and tells nothing of other rows', () => {
    const { trials } = createRecallSeries(ROWS, 1);
    expect(task.trials).toEqual(trials.map(({ cueAt, goAt, cue }) => ({ cueAt, goAt, label: cue })));
    const expected = new Uint8Array(ROWS).fill(NO_LABEL);
    for (const { goAt, cue } of trials) expected[goAt] = cue;
    expect(task.labels).toEqual(expected);
  });

  it('has noise on each field, so that none stands still between cue and go', () => {
    for (let field = 0; field < task.fields; field++) {
      const values = Array.from({ length: ROWS }, (_, row) => frameOf(task, row)[field]);
      expect(new Set(values).size).toBe(ROWS);
    }
  });
});

describe('the film', () => {
  const task = filmFrames(ROWS, 1);
  const brightest = (row: number): number => {
    const frame = frameOf(task, row);
    return Math.max(...frame) > 0.5 ? frame.indexOf(Math.max(...frame)) : -1;
  };

  it('is asked for by a flash 5 to 40 dark frames after what happened, and each class comes equally often', () => {
    const lags = task.trials.map(({ cueAt, goAt }) => goAt - cueAt);
    expect([Math.min(...lags), Math.max(...lags)]).toEqual([6, 41]);
    for (const label of [1, 2, 3]) {
      const share = task.trials.filter((trial) => trial.label === label).length / task.trials.length;
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.07);
    }
  });

  it('shows before the flash what its class says, and the flash itself is the same for all', () => {
    const wrong = task.trials.filter(({ cueAt, goAt, label }) => {
      const last = cueAt < 0 ? -1 : brightest(cueAt);
      const isShown = last === [Number.NaN, 5, 0, -1][label] && (label === 3 || brightest(cueAt - 5) === 5 - last);
      const dark = Array.from({ length: goAt - cueAt - 1 }, (_, k) => brightest(cueAt + 1 + k));
      const isFlash = frameOf(task, goAt).every((light) => Math.abs(light - 0.7) < 0.6);
      return !(isShown && isFlash && dark.every((pixel) => pixel === -1));
    });
    expect(wrong).toEqual([]);
  });

  it('labels the flashes with their class, all other frames as none', () => {
    const expected = new Uint8Array(ROWS);
    for (const { goAt, label } of task.trials) expected[goAt] = label;
    expect(task.labels).toEqual(expected);
  });

  it('ends in the middle of a scene without a trial that is not there', () => {
    for (let rows = 1; rows < 150; rows++) {
      const { x, labels, trials } = filmFrames(rows, 2);
      expect([x.length, labels.length]).toEqual([6 * rows, rows]);
      expect(x.every(Number.isFinite)).toBe(true);
      expect(trials.every(({ goAt }) => goAt < rows)).toBe(true);
      expect(trials.length).toBe(labels.filter((label) => label > 0).length);
    }
  });
});

it.each([recallAsClasses, filmFrames])('%o is the same for the same seed and another for another', (create) => {
  expect(create(500, 7)).toEqual(create(500, 7));
  expect(create(500, 7)).not.toEqual(create(500, 8));
});
