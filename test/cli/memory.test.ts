import { describe, expect, it } from 'vitest';
import { type Ran, runInProcess } from '../support/runInProcess.ts';

const run = (args: readonly string[], isTTY = false): Promise<Ran> => runInProcess('/', ['memory', ...args], { isTTY });

const ROWS = ['--rows', '1000'];

describe('tidegate memory', () => {
  it('prints a row for each network and one for each gradient, the same every time', async () => {
    const first = await run(ROWS);
    expect([first.exit, first.err]).toEqual([0, '']);
    const names = first.out.split('\n').map((line) => line.split('  ')[0]);
    for (const name of ['rnn', 'lstm', 'lstm, frozen', 'lstm, frozen, state wiped', 'gru'])
      expect(names).toContain(name);
    for (const cell of ['rnn', 'lstm', 'gru']) {
      expect(names).toEqual(expect.arrayContaining([`${cell}, new`, `${cell}, learned`]));
    }
    expect(first.out).toMatch(/lag ≤ 15 +lag 16–30 +lag 31–49 +lag ≥ 50 +learned/);
    expect(first.out).toContain('1000 rows, seed 1');
    expect(first.out).toMatch(/^half-lives +shortest +median +longest +network +cues found$/m);
    expect(Math.max(...first.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);

    expect((await run(ROWS)).out).toBe(first.out);
    expect((await run([...ROWS, '--seed', '2'])).out).not.toBe(first.out);
  });

  it('prints JSON for machines', async () => {
    const { exit, out } = await run([...ROWS, '--seed', '3', '--json']);
    const report = JSON.parse(out);
    expect(exit).toBe(0);
    expect(report).toMatchObject({ rows: 1000, seed: 3, complete: true });
    expect(report.networks.map(({ cell, weights, state }: Record<string, string>) => [cell, weights, state])).toEqual([
      ['rnn', 'learning', 'kept'],
      ['lstm', 'learning', 'kept'],
      ['lstm', 'frozen', 'kept'],
      ['lstm', 'frozen', 'wiped'],
      ['gru', 'learning', 'kept'],
    ]);
    expect(report.networks[0].learned_at).toBeNull();
    expect(report.networks[0].accuracy).toHaveLength(4);
    expect(Object.keys(report.networks[0].accuracy[3])).toEqual(['lag_from', 'lag_to', 'trials', 'accuracy']);
    expect(report.gradients).toHaveLength(6);
    expect(report.gradients[0]).toMatchObject({ cell: 'rnn', weights: 'new' });
    expect(report.gradients[0].norm_by_lag).toHaveLength(61);
    expect(report.half_lives).toMatchObject([
      { cell: 'lstm', cues_found: { goes: 60 } },
      { cell: 'gru', cues_found: { goes: 60 } },
    ]);
  });

  it('prints a table for each task of classes, with a row for each judge', async () => {
    const { exit, err, out } = await run([...ROWS, '--classes']);
    expect([exit, err]).toEqual([0, '']);
    const names = out.split('\n').map((line) => line.split('  ')[0]);
    const judges = [
      'newest label',
      'logistic regression',
      'rnn',
      'lstm',
      'lstm, frozen',
      'lstm, frozen, state wiped',
      'gru',
    ];
    for (const judge of judges) expect(names.filter((name) => name === judge)).toHaveLength(2);
    expect(out).toMatch(/lag ≤ 15 +lag 16–30 +lag 31–49 +lag ≥ 50 +learned/);
    expect(out).toMatch(/lag ≤ 10 +lag 11–20 +lag 21–30 +lag ≥ 31 +learned/);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('prints classes as JSON too', async () => {
    const { exit, out } = await run([...ROWS, '--classes', '--seed', '3', '--json']);
    const report = JSON.parse(out);
    expect(exit).toBe(0);
    expect(report).toMatchObject({ rows: 1000, test_rows: 1000, seed: 3, complete: true });
    expect(report.tasks.map(({ task }: Record<string, string>) => task)).toEqual(['recall', 'film']);
    expect(report.tasks[1].judges).toHaveLength(7);
    expect(report.tasks[1].judges[4]).toMatchObject({
      judge: 'lstm',
      weights: 'frozen',
      state: 'kept',
      learned_at: null,
    });
    expect(report.tasks[1].judges[4].accuracy.map((group: Record<string, number>) => group['lag_from'])).toEqual([
      6, 11, 21, 31,
    ]);
  });

  it.each([
    ['--rows', '10'],
    ['--rows', 'many'],
    ['--rows', '2000.5'],
    ['--seed', '-1'],
    ['--seed', '4294967296'],
    ['--horizon', '3'],
  ])('refuses %s %s as a wrong use', async (flag, value) => {
    const { exit, out, err } = await run([flag, value]);
    expect([exit, out]).toEqual([64, '']);
    expect(err).toContain(flag);
  });

  it('shows on a terminal how far it is', async () => {
    const { out, err } = await run(['--rows', '2000'], true);
    expect(err).toMatch(/^\r(rnn|lstm|gru): 1000 of 2000 rows/);
    expect(err.endsWith('\r\u001b[K')).toBe(true);
    expect(out).not.toContain('\u001b');
  });
});
