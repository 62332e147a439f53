import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { holdOff, type LabelledSeries, NAB_PROFILES, NabCorpus, type NabScore, scaledSigmoid } from './nab.ts';
import { readNabFiles } from './nabFiles.ts';

// Expectations: an independent scorer in Python, which reproduces the benchmark's own stored results.

const SERIES: readonly LabelledSeries[] = [
  [
    [80, 110],
    [200, 240],
  ],
  // Within the probation, so it cannot be missed.
  [[10, 30]],
  [],
  // Across the end of the probation, one row wide, and at the end of the series.
  [
    [50, 90],
    [91, 91],
    [390, 399],
  ],
].map((windows) => ({ rows: 400, windows: windows as [number, number][] }));

/** Steps of 0.05, so that many rows have the same score; higher in windows. */
function madeScores(): Float64Array[] {
  let state = 7;
  return SERIES.map(({ rows, windows }) =>
    Float64Array.from({ length: rows }, (_, row) => {
      state = (state * 16_807) % 2_147_483_647;
      const isInside = windows.some(([first, last]) => row >= first && row <= last);
      return Math.floor(20 * (state / 2_147_483_647) ** (isInside ? 1 : 4)) / 20;
    }),
  );
}

function figures({ threshold, raw, normalised, windowsHit, windows, falsePositives }: NabScore): number[] {
  return [threshold, raw, normalised, windowsHit, windows, falsePositives];
}

const close = (expected: readonly number[]) => expected.map((figure) => expect.closeTo(figure, 9));

describe('scaledSigmoid', () => {
  it('is 0 at the right edge, nearly 1 a width before it, −1 far behind', () => {
    expect(scaledSigmoid(0)).toBe(0);
    expect(scaledSigmoid(-1)).toBeCloseTo(0.98661, 5);
    expect(scaledSigmoid(3)).toBeGreaterThan(-1);
    expect(scaledSigmoid(3.001)).toBe(-1);
  });
});

describe('NabCorpus', () => {
  const corpus = new NabCorpus(SERIES);
  const scores = madeScores();

  it.each([
    [0, [0.95, 0.8301486506143879, 53.0013513692217, 4, 5, 11]],
    [1, [0.95, -0.305975256751986, 42.67295221134558, 4, 5, 11]],
    [2, [0.95, -0.16985134938561375, 61.438429066339914, 4, 5, 11]],
  ])('finds the threshold that scores best by profile %i', (profile, expected) => {
    const found = corpus.score(corpus.rank(scores), NAB_PROFILES[profile]!);
    expect(figures(found)).toEqual(close(expected));
  });

  it.each([
    [0, [0.8, -4.622003111376082, 3.4363353511265275, 4, 5, 70]],
    [1, [0.8, -12.210006775877899, -65.54551614434453, 4, 5, 70]],
    [2, [0.8, -5.622003111376087, 27.362480553899456, 4, 5, 70]],
  ])('scores a threshold by profile %i', (profile, expected) => {
    const ranked = corpus.rank(scores);
    expect(figures(corpus.score(ranked, NAB_PROFILES[profile]!, 0.8))).toEqual(close(expected));
    const cut = corpus.rank(scores, 0.8);
    expect(figures(corpus.score(cut, NAB_PROFILES[profile]!, 0.8))).toEqual(close(expected));
  });

  it.each([
    [0, [0.7, -2.825886676946319, 19.76466657321528, 3, 5, 35]],
    [1, [0.7, -6.600794206840574, -14.55267460764158, 3, 5, 35]],
    [2, [0.7, -4.825886676946328, 32.33820826908545, 3, 5, 35]],
  ])('scores alarms that keep apart by profile %i', (profile, expected) => {
    const ranked = corpus.rank(
      scores.map((each) => holdOff(each, 0.7, 20)),
      0.7,
    );
    expect(figures(corpus.score(ranked, NAB_PROFILES[profile]!, 0.7))).toEqual(close(expected));
  });

  it('gives 0 where nothing is detected and 100 where all is, at once and nothing else', () => {
    const silent = SERIES.map(({ rows }) => new Float64Array(rows));
    const early = SERIES.map(({ rows, windows }) =>
      Float64Array.from({ length: rows }, (_, row) => (windows.some(([first]) => first === row) ? 1 : 0)),
    );
    const inSight = new NabCorpus([SERIES[0]!]);
    expect(inSight.score(inSight.rank([silent[0]!]), NAB_PROFILES[0]!, 0.5).normalised).toBe(0);
    expect(inSight.score(inSight.rank([early[0]!]), NAB_PROFILES[0]!, 0.5).normalised).toBeCloseTo(100, 12);
  });

  it('refuses scores of another length', () => {
    expect(() => corpus.rank([new Float64Array(3)])).toThrow(/series 0/);
  });
});

describe('holdOff', () => {
  it('lets a row through only when the last alarm is more than the gap ago', () => {
    const scores = Float64Array.of(0.9, 1, 3, 2, 1, 0, Number.NaN, 1.5);
    expect([...holdOff(scores, 1, 2)]).toEqual([0, 1, 0, 0, 1, 0, 0, 1.5]);
    expect([...holdOff(scores, 1, 3)]).toEqual([0, 1, 0, 0, 0, 0, 0, 1.5]);
  });
});

describe('readNabFiles', () => {
  function corpusWith(label: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'tidegate-nab-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'labels'));
    mkdirSync(join(folder, 'data', 'real'), { recursive: true });
    const windows = { 'real/a.csv': [[label, '2024-03-04 00:10:00.000000']] };
    writeFileSync(join(folder, 'labels', 'combined_windows.json'), JSON.stringify(windows));
    const times = ['00:00:00', '00:05:00', '00:10:00', '00:10:00'];
    writeFileSync(
      join(folder, 'data', 'real', 'a.csv'),
      `timestamp,value\n${times.map((time) => `2024-03-04 ${time},1\n`).join('')}`,
    );
    return folder;
  }

  it('finds the rows of the labels, the first of two with the same time', () => {
    const [file] = readNabFiles(corpusWith('2024-03-04T00:05:00.000000'));
    expect(file).toMatchObject({ name: 'real/a.csv', rows: 4, windows: [[1, 2]] });
  });

  it('names a label that stands at no row', () => {
    expect(() => readNabFiles(corpusWith('2024-03-04 00:06:00.000000'))).toThrow(
      /real\/a\.csv: no row at 2024-03-04 00:06:00/,
    );
  });
});
