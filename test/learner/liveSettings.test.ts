import { describe, expect, it } from 'vitest';
import type { SettingsChange } from '../../src/domain/streamInput.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { readLiveSettings } from '../../src/learner/liveSettings.ts';
import { idOf } from '../pipeline/samples.ts';

const ANOMALY = {
  direction: 'up',
  minDeviation: 1,
  minRelativeDeviation: 0,
  threshold: 2,
  holdOff: { rows: 100 },
  minDuration: { time: toDurationMs(60_000) },
  maxAge: toDurationMs(3_600_000),
} as const;

const changeOf = (changes: string): SettingsChange => ({
  kind: 'settings',
  stream: idOf('attic'),
  at: toEpochMs(5),
  changes,
});

describe('readLiveSettings', () => {
  it.each([
    ['nothing', {}],
    ['no range', { anomaly: ANOMALY }],
    ['a range', { anomaly: { ...ANOMALY, range: { low: -1, high: 5 } } }],
  ])('reads what was written, with %s', (_name, settings) => {
    expect(readLiveSettings(changeOf(JSON.stringify(settings)))).toEqual(settings);
  });

  it.each([
    ['no JSON', '{'],
    ['a number', '5'],
    ['null', 'null'],
    ['an option that is no object', '{"anomaly":3}'],
    ['an option without its parts', '{"anomaly":{}}'],
    ['a direction that does not exist', JSON.stringify({ anomaly: { ...ANOMALY, direction: 'left' } })],
    ['a threshold of text', JSON.stringify({ anomaly: { ...ANOMALY, threshold: '2' } })],
    ['a range upside down', JSON.stringify({ anomaly: { ...ANOMALY, range: { low: 5, high: 1 } } })],
    ['a span without a length', JSON.stringify({ anomaly: { ...ANOMALY, holdOff: {} } })],
  ])('refuses %s', (_name, changes) => {
    expect(readLiveSettings(changeOf(changes))).toBeUndefined();
  });
});
