import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultEntry } from './seriesEntries.ts';
import { nameOf, parseSettings, SETTINGS_FILE } from './settings.ts';

describe('parseSettings', () => {
  it('reads the list of the project', () => {
    const entries = parseSettings(readFileSync(SETTINGS_FILE, 'utf8'), SETTINGS_FILE);
    expect(entries.map((entry) => nameOf(entry, entry.horizons.join(',')))).toContain('ETTh1.OT@24');
    for (const { horizons, width } of entries) expect(Object.keys(width)).toEqual(horizons.map(String));
  });

  it('fills in what is not said', () => {
    expect(parseSettings('series: [{file: a.csv}]', 'quality.yaml')).toEqual([
      { file: 'a.csv', value: 'value', horizons: [1], width: {}, counted: true, set: [] },
    ]);
  });

  it.each([
    ['an unknown key', 'series: [{file: a.csv, hours: 3}]', /quality\.yaml: series\.0\.hours/],
    ['no file', 'series: [{value: a}]', /quality\.yaml: series\.0\.file/],
    ['a horizon of none', 'series: [{file: a.csv, horizons: [0]}]', /quality\.yaml: series\.0\.horizons\.0/],
    ['a width of a word', 'series: [{file: a.csv, width: {day: 2}}]', /quality\.yaml: series\.0\.width\.day/],
    ['nothing', '', /quality\.yaml: the file/],
  ])('names file and place of %s', (_, text, message) => {
    expect(() => parseSettings(text, 'quality.yaml')).toThrow(message);
  });
});

describe('defaultEntry', () => {
  const rows = Array.from({ length: 5 }, (_, i) => [`2024-03-04T0${i}:00:00`, 'on', i === 1 ? 'NA' : '3.5', '7']);

  it('takes the first column of numbers and the seasons from the times', () => {
    const table = { columns: ['time', 'state', 'level', 'other'], rows };
    expect(defaultEntry('a.csv', table)).toMatchObject({
      value: 'level',
      time: 'time',
      horizons: [1],
      day: 24,
      week: 168,
    });
  });

  it('knows no season without times', () => {
    const table = { columns: ['state', 'level'], rows: rows.map(([, ...cells]) => cells) };
    expect(defaultEntry('a.csv', table)).toMatchObject({ value: 'level', day: undefined, week: undefined });
  });

  it('finds none where there are no numbers', () => {
    expect(defaultEntry('a.csv', { columns: ['time', 'state'], rows })).toBeUndefined();
  });
});
