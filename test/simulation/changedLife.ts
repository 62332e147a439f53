import type { CarryReport } from '../../src/domain/carryReport.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { ForecastSink } from '../../src/domain/learnerHost.ts';
import type { Sample, Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { createKernel } from '../../src/hosts/createKernel.ts';
import { createLearnerFactory } from '../../src/hosts/createLearnerFactory.ts';
import { createInlineHost } from '../../src/hosts/inlineHost.ts';
import { StreamMachines } from '../../src/hosts/stream/streamMachines.ts';
import { decodeStreamState } from '../../src/hosts/stream/streamState.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { toHorizons } from '../support/series.ts';
import { makeSettings } from '../support/settings.ts';

export const STREAM = 'attic' as StreamId;

/** Options that a user may change between two runs. */
export interface Variant {
  readonly hidden: number;
  readonly horizons: readonly number[];
  readonly inputs: readonly string[];
}

export interface Reading {
  readonly at: number;
  readonly value: number;
  readonly inputs: Readonly<Record<string, number>>;
}

/** The machine of the stream and its learner, as the daemon puts them together. */
export class Life {
  readonly #machines: StreamMachines;
  readonly #host;
  #machine: ReturnType<StreamMachines['machineFor']> | undefined;
  #last: Forecast | undefined;
  carried: CarryReport | undefined;

  constructor(settings: StreamSettings) {
    const report = (event: DomainEvent): void => {
      if (event.type === 'StateCarriedOver') this.carried = event;
      if (event.type === 'LearnerFailed') throw event.error;
    };
    const settingsOf = (): StreamSettings => settings;
    const { learnerFor } = createLearnerFactory(settingsOf, undefined, report);
    this.#host = createInlineHost({ learnerFor, report });
    const take: ForecastSink['take'] = (forecast) => {
      this.#last = forecast.toForecast();
    };
    this.#host.start({ take, endBatch: () => undefined }, (error) => {
      throw error;
    });
    const zoneOffsetOf = () => () => toDurationMs(0);
    this.#machines = new StreamMachines({ settingsOf, zoneOffsetOf, learners: this.#host, report, isKept: true });
  }

  restore(state: Uint8Array): Promise<string> {
    return this.#machines.restore(STREAM, state);
  }

  take(sample: Sample): Forecast {
    this.#machine ??= this.#machines.machineFor(STREAM, {
      pass: (steps) => this.#host.push([steps as Step]),
      instruct: (input) => this.#host.instruct(input),
      fail: (error) => {
        throw error;
      },
      end: () => undefined,
    });
    this.#machine.take(sample);
    return this.#last as Forecast;
  }

  async learner(): Promise<Uint8Array> {
    return (await this.#host.snapshot(STREAM)) as Uint8Array;
  }

  async state(): Promise<Uint8Array> {
    let found: Uint8Array | undefined;
    const take = this.#machine?.snapshot((state) => {
      found = state;
    });
    take?.(await this.learner());
    return (found as Uint8Array).slice();
  }

  stop(): Promise<void> {
    return this.#host.stop();
  }
}

/** Goes on from a state under the settings that it was made with. */
export function createTwin(variant: Variant, state: Uint8Array): { take(reading: Reading): Forecast; free(): void } {
  const settings = settingsOf(variant);
  const learner = new StreamLearner(createKernel(settings.model), settings, decodeStreamState(state)?.learner);
  return {
    take: (reading) => learner.step({ ...toSample(reading, variant.inputs), zoneOffset: toDurationMs(0) }).toForecast(),
    free: () => learner.free(),
  };
}

/** A stream that has lived through these readings under settings that never changed. */
export function createElder(variant: Variant, readings: readonly Reading[]): ReturnType<typeof createTwin> {
  const settings = settingsOf(variant);
  const learner = new StreamLearner(createKernel(settings.model), settings);
  const take = (reading: Reading): Forecast =>
    learner.step({ ...toSample(reading, variant.inputs), zoneOffset: toDurationMs(0) }).toForecast();
  for (const reading of readings) take(reading);
  return { take, free: () => learner.free() };
}

export function settingsOf({ hidden, horizons, inputs }: Variant): StreamSettings {
  return makeSettings({
    horizons: toHorizons(...horizons),
    exogenous: inputs.length,
    inputNames: inputs,
    time: { ...makeSettings().time, sanity: false },
    model: { kernel: 'auto', hidden, replayRows: 300 },
  });
}

export function toSample({ at, value, inputs }: Reading, names: readonly string[]): Sample {
  return {
    stream: STREAM,
    at: toEpochMs(at),
    value,
    inputs: names.map((name) => inputs[name] ?? Number.NaN),
    inputNames: names,
  };
}
