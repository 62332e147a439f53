import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LongMemoryReport, type MemoryScore, runLongMemory } from '../../../src/tools/memoryStudy/longMemory.ts';
import { rounds } from '../../support/rounds.ts';

const never = new AbortController().signal;

function scoreOf({ scores }: LongMemoryReport, cell: string, mode: MemoryScore['mode'] = 'online'): MemoryScore {
  const score = scores.find((each) => each.cell === cell && each.mode === mode);
  if (score === undefined) throw new Error(`no score of ${cell}, ${mode}`);
  return score;
}

const accuracies = ({ groups }: MemoryScore): number[] => groups.map(({ accuracy }) => accuracy ?? Number.NaN);
const accuracyAtLongLags = (score: MemoryScore): number => accuracies(score)[3];

function overall({ groups }: MemoryScore): number {
  const right = groups.reduce((sum, { trials, accuracy }) => sum + trials * (accuracy ?? 0), 0);
  return right / groups.reduce((sum, { trials }) => sum + trials, 0);
}

/**
 * The figures of this report in the kernel's README. The digits of what was learned change with every rounding of the kernel; what they
 * say may not. The gradients of the first weights owe nothing to learning: they are held to the digit.
 */
function expectInReadme({ scores, reaches }: LongMemoryReport): void {
  const readme = readFileSync(new URL('../../../src/kernel/README.md', import.meta.url), 'utf8');
  const figuresOf = (name: string): string[] =>
    readme.match(new RegExp(`^${name} {2,}(.*)$`, 'm'))?.[1]?.split(/ +/) ?? [];
  for (const score of scores) {
    const { cell, mode, learnedAt } = score;
    const figures = figuresOf(mode === 'online' ? cell : `${cell}, ${mode}`);
    accuracies(score).forEach((accuracy, g) => {
      expect(Math.abs(Number(figures[g]) - accuracy)).toBeLessThan(cell === 'lstm' && accuracy > 0.9 ? 0.03 : 0.15);
    });
    if (learnedAt === null) expect(figures[4]).toBe(mode === 'online' ? 'never' : '-');
    else expect(Math.abs(Number(figures[4]) / learnedAt - 1)).toBeLessThan(0.3);
  }
  for (const { cell, stage, norms } of reaches) {
    const figures = figuresOf(`${cell}, ${stage}`);
    expect(figures).toHaveLength(9);
    if (stage === 'new') expect(figures).toEqual(LAGS_SHOWN.map((lag) => norms[lag].toExponential(0)));
  }
}

const LAGS_SHOWN = [1, 2, 5, 10, 20, 30, 40, 50, 60];

// About one seed in forty slips late and falls below 0.98: if a new rounding of the kernel hits one of these, that is chance.
describe.each(rounds([1], [1, 2, 3]))('100,000 rows online, seed %i', (seed) => {
  it('the LSTM remembers over 50 rows and more, the plain network does not, and the memory is in the state', async () => {
    const report = await runLongMemory({ rows: 100_000, seed, cells: ['rnn', 'lstm'], stop: never });

    expect(accuracyAtLongLags(scoreOf(report, 'lstm'))).toBeGreaterThanOrEqual(0.98);
    expect(scoreOf(report, 'lstm').learnedAt).toBeLessThan(60_000);
    expect(accuracyAtLongLags(scoreOf(report, 'rnn'))).toBeLessThanOrEqual(0.65);
    expect(scoreOf(report, 'rnn').learnedAt).toBeNull();
    expect(Math.min(...accuracies(scoreOf(report, 'lstm', 'frozen')))).toBeGreaterThanOrEqual(0.98);
    const wiped = overall(scoreOf(report, 'lstm', 'frozen, state wiped'));
    expect(wiped).toBeGreaterThan(0.4);
    expect(wiped).toBeLessThan(0.6);
    if (seed === 1) expectInReadme(report);
    // The argument itself: over 50 rows the error all but vanishes in the plain network, before it has learned anything.
    const reach = (cell: string, stage: string): number =>
      report.reaches.find((each) => each.cell === cell && each.stage === stage)?.norms[50] as number;
    expect(reach('rnn', 'new')).toBeLessThan(1e-10);
    expect(reach('lstm', 'new')).toBeGreaterThan(1e-3);
    expect(reach('lstm', 'learned')).toBeGreaterThan(1e-3);
    // Units hold for a few rows, and hand on: the shares find the cue all the same.
    const [lstm, ...others] = report.units;
    expect([lstm?.cell, others]).toEqual(['lstm', []]);
    expect(lstm?.median).toBeLessThan(30);
    expect(lstm?.cuesFound.goes).toBe(60);
    expect(lstm?.cuesFound.found).toBeGreaterThanOrEqual(48);
  });
});

it('the GRU learns it too', async () => {
  const report = await runLongMemory({ rows: 30_000, seed: 1, cells: ['gru'], stop: never });

  expect(accuracyAtLongLags(scoreOf(report, 'gru'))).toBeGreaterThanOrEqual(0.98);
  expect(report.isComplete).toBe(true);
  // By the shares of a cell without a state of its own the cue is found too.
  expect(report.units[0]?.cuesFound.goes).toBe(60);
  expect(report.units[0]?.cuesFound.found).toBeGreaterThanOrEqual(48);
});

it('gives the same numbers every time, and others for another seed', async () => {
  const run = (seed: number): Promise<LongMemoryReport> =>
    runLongMemory({ rows: 2000, seed, cells: ['rnn', 'lstm', 'gru'], stop: never });
  const first = await run(4);
  expect(await run(4)).toEqual(first);
  expect((await run(5)).reaches).not.toEqual(first.reaches);
});

it('stops between two slices and says that it is not complete', async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const report = await runLongMemory({
    rows: 5000,
    seed: 1,
    cells: ['rnn', 'lstm'],
    stop: stop.signal,
    onProgress: (cell, row) => {
      seen.push(`${cell} ${row}`);
      if (cell === 'lstm' && row === 2000) stop.abort();
    },
  });
  expect(report.isComplete).toBe(false);
  expect(report.scores.map(({ cell }) => cell)).toEqual(['rnn']);
  expect(seen).toEqual(['rnn 1000', 'rnn 2000', 'rnn 3000', 'rnn 4000', 'lstm 1000', 'lstm 2000']);
});
