import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import type { StepSettings, StreamSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { ReplaySession } from '../../../src/tools/replay/replaySession.ts';
import { among, everyMessage, idOf, ignore, sampleOf, settingsWith, utc } from '../../pipeline/samples.ts';
import { learnerSettings } from '../../support/series.ts';

const ROWS = 120;
const STEP = 1000;

/** Not on the grid, with a silence, and with inputs that come at a pace of their own. */
const SAMPLES: readonly Sample[] = Array.from({ length: ROWS }, (_, i) => {
  const at = i * 700 + (i > 60 ? 9_000 : 0);
  const sample = sampleOf('s', at, 20 + 5 * Math.sin(i / 8));
  return among(sample, i % 3 === 0 ? i : Number.NaN, i % 7 === 2 ? -i : Number.NaN, Number.NaN);
});

function settingsFor(step: StepSettings, exogenous = 3): StreamSettings {
  return { ...settingsWith(step), ...learnerSettings({ exogenous }) };
}

function open(settings: StreamSettings, restored?: Uint8Array): ReplaySession {
  return new ReplaySession({ stream: idOf('s'), settings, zoneOffset: utc, report: ignore, restored });
}

describe.each([
  ['a step for every message', everyMessage],
  ['a grid with short patience', { every: toDurationMs(STEP), gapAfter: toDurationMs(2 * STEP) }],
  ['a grid that holds an input for long', { every: toDurationMs(STEP), gapAfter: toDurationMs(8 * STEP) }],
])('a replay in two parts, with %s', (_, step) => {
  const settings = settingsFor(step);

  it.each([0, 1, 2, 4, 59, 61, 63, 70])('goes on after %i samples as if it had not been cut', (cut) => {
    const whole = open(settings);
    const first = open(settings);
    const expected: (readonly Forecast[])[] = SAMPLES.map((sample) => whole.push(sample));
    for (const sample of SAMPLES.slice(0, cut)) first.push(sample);
    const second = open(settings, first.save());
    expect(SAMPLES.slice(cut).map((sample) => second.push(sample))).toEqual(expected.slice(cut));
    expect(second.save()).toEqual(whole.save());
    for (const session of [whole, first, second]) session.close();
  });
});

it('takes no state that was made with other inputs', () => {
  const session = open(settingsFor(everyMessage, 2));
  for (const sample of SAMPLES.slice(0, 9)) session.push(sample);
  for (const exogenous of [0, 3])
    expect(() => open(settingsFor(everyMessage, exogenous), session.save())).toThrow(
      expect.objectContaining({ fault: 'mismatch' }),
    );
  session.close();
});
