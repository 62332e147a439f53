import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import type { Sample, Step } from '../../../src/domain/sample.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import type { SettingsChange } from '../../../src/domain/streamInput.ts';
import type { AnomalySettings, StreamSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { createLearnerFactory } from '../../../src/hosts/createLearnerFactory.ts';
import { createInlineHost } from '../../../src/hosts/inlineHost.ts';
import { StreamMachines } from '../../../src/hosts/stream/streamMachines.ts';
import { MINUTE, MONDAY, noisySine } from '../../support/series.ts';
import { smallSettings } from '../../support/settings.ts';

const STREAM = 'live' as StreamId;
const YOUTH = 400;
/** Rows after the change, and the row before which another process takes over. */
const ROWS = 60;
const RESTART = 20;

const hours = (count: number) => toDurationMs(count * 3_600_000);

const DEFAULTS: AnomalySettings = { ...smallSettings().anomaly, maxAge: hours(1) };

/** For each setting another value that shows in the readings: all of them belong here. */
const OTHERS = {
  range: { low: 0, high: 22 },
  direction: 'down',
  minDeviation: 1e6,
  minRelativeDeviation: 1e6,
  threshold: 100,
  holdOff: { rows: 1 },
  minDuration: { rows: 3 },
  maxAge: toDurationMs(1000),
} satisfies { readonly [Name in keyof AnomalySettings]: AnomalySettings[Name] };

/** Faults in the second part, first one and then ever larger ones; each reading comes a minute late. */
const SAMPLES: readonly Sample[] = noisySine(YOUTH + ROWS, 5).map((value, row) => {
  const since = row - YOUTH;
  const at = toEpochMs(MONDAY + row * MINUTE);
  const fault = since >= 0 && since % 12 === 5 ? 40 * (since + 12) : 0;
  return {
    stream: STREAM,
    at,
    value: value + fault,
    origin: { arrival: toEpochMs(at + MINUTE), isTold: true, isBacklog: false },
  };
});

interface Machine {
  take(input: Sample | SettingsChange): void;
  /** Answers to the readings so far. */
  readonly said: readonly (readonly [Forecast['anomaly'], Forecast['anomalyScore'], Forecast['late']])[];
  state(): Promise<Uint8Array>;
}

async function machineWith(anomaly: AnomalySettings, state?: Uint8Array): Promise<Machine> {
  const settings: StreamSettings = smallSettings({ anomaly, model: { experts: ['last_value', 'linear'] } });
  const settingsOf = (): StreamSettings => settings;
  const fail = (error: unknown): never => {
    throw error;
  };
  const { learnerFor } = createLearnerFactory(settingsOf);
  const host = createInlineHost({ learnerFor, report: () => undefined });
  const said: Machine['said'][number][] = [];
  const take = (forecast: { toForecast(): Forecast }): void => {
    const { anomaly: isAnomaly, anomalyScore, late } = forecast.toForecast();
    said.push([isAnomaly, anomalyScore, late]);
  };
  host.start({ take, endBatch: () => undefined }, fail);
  const zoneOffsetOf = () => () => toDurationMs(0);
  const machines = new StreamMachines({
    settingsOf,
    zoneOffsetOf,
    learners: host,
    report: () => undefined,
    isKept: true,
  });
  if (state !== undefined) expect(await machines.restore(STREAM, state)).toBe('restored');
  const machine = machines.machineFor(STREAM, {
    pass: (steps) => host.push([steps as Step]),
    instruct: (input) => host.instruct(input),
    fail,
    end: () => undefined,
  });
  return {
    take: (input) => machine.take(input),
    said,
    state: async () => {
      let found: Uint8Array | undefined;
      const give = machine.snapshot((bytes) => {
        found = bytes;
      });
      give((await host.snapshot(STREAM)) as Uint8Array);
      return (found as Uint8Array).slice();
    },
  };
}

const changeTo = (anomaly: AnomalySettings): SettingsChange => ({
  kind: 'settings',
  stream: STREAM,
  at: toEpochMs(MONDAY + YOUTH * MINUTE),
  changes: JSON.stringify({ anomaly }),
});

async function stateAfterYouth(): Promise<Uint8Array> {
  const machine = await machineWith(DEFAULTS);
  for (const sample of SAMPLES.slice(0, YOUTH)) machine.take(sample);
  return machine.state();
}

describe('a setting that is changed while the stream lives', () => {
  const youth = stateAfterYouth();
  const live = (machine: Machine, from: number, to: number): Machine => {
    for (const sample of SAMPLES.slice(YOUTH + from, YOUTH + to)) machine.take(sample);
    return machine;
  };

  it.each(Object.entries(OTHERS))('%s: holds in all of the machine, and after a restart', async (name, value) => {
    const state = await youth;
    const other: AnomalySettings = { ...DEFAULTS, [name]: value };
    const configured = live(await machineWith(other, state), 0, ROWS).said;
    const unchanged = live(await machineWith(DEFAULTS, state), 0, ROWS).said;
    expect(unchanged, 'the readings show it').not.toEqual(configured);

    const told = await machineWith(DEFAULTS, state);
    told.take(changeTo(other));
    live(told, 0, RESTART);
    const next = await machineWith(DEFAULTS, await told.state());
    live(told, RESTART, ROWS);
    live(next, RESTART, ROWS);
    expect(told.said).toEqual(configured);
    expect(next.said).toEqual(configured.slice(RESTART));
  });
});
