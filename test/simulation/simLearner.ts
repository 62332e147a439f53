import { ForecastRow } from '../../src/domain/forecastRow.ts';
import type { Inspection } from '../../src/domain/inspection.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Learner } from '../../src/learner/learner.ts';
import { SnapshotError } from '../../src/model/snapshotFormat.ts';
import { forecastOf } from '../pipeline/samples.ts';

/** Of a step: time, value, effort, number of inputs. The inputs follow. */
const HEAD = 4;

/** A step as it was learned. */
export interface Learned {
  readonly at: number;
  readonly value: number;
  readonly effort: number;
  readonly inputs: readonly number[];
}

/** Learns by heart: its state is the list of all steps that it was taught, in order, each with its effort. */
export class RoteLearner implements Learner {
  readonly stream: StreamId;
  readonly #numbers: number[];
  #pending: Step | undefined;

  constructor(stream: StreamId, snapshot?: Uint8Array) {
    this.stream = stream;
    if (snapshot !== undefined && snapshot.length % Float64Array.BYTES_PER_ELEMENT !== 0) {
      throw new SnapshotError('damaged', 'cut short');
    }
    this.#numbers = snapshot === undefined ? [] : Array.from(new Float64Array(snapshot.slice().buffer));
  }

  steps(): readonly Learned[] {
    const steps: Learned[] = [];
    const numbers = this.#numbers;
    for (let place = 0; place < numbers.length; ) {
      const [at, value, effort, inputs] = numbers.slice(place, place + HEAD) as [number, number, number, number];
      steps.push({ at, value, effort, inputs: numbers.slice(place + HEAD, place + HEAD + inputs) });
      place += HEAD + inputs;
    }
    return steps;
  }

  step(step: Step, forecast: ForecastRow = new ForecastRow()): ForecastRow {
    this.learn();
    this.#pending = step;
    return forecast.write(forecastOf(this.stream, step.at, { samples: 1 }));
  }

  learn(): void {
    if (this.#pending === undefined) return;
    const { at, value, effort = 0, inputs = [] } = this.#pending;
    this.#pending = undefined;
    this.#numbers.push(at, value, effort, inputs.length, ...inputs);
  }

  /** It has no classes, and no settings. */
  instruct(): undefined {
    return undefined;
  }

  inspect(): Inspection {
    return { samples: this.steps().length, experts: [], horizons: [], memories: [] };
  }

  snapshot(): Uint8Array {
    this.learn();
    return new Uint8Array(new Float64Array(this.#numbers).buffer);
  }

  free(): void {
    this.#pending = undefined;
  }
}
