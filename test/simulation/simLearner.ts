import { ALARM_VERDICTS } from '../../src/domain/alarm.ts';
import type { DropReason } from '../../src/domain/dropReason.ts';
import { FULL_EFFORT } from '../../src/domain/effort.ts';
import { ForecastRow } from '../../src/domain/forecastRow.ts';
import type { Inspection } from '../../src/domain/inspection.ts';
import { NO_MARKS } from '../../src/domain/marks.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Instruction } from '../../src/domain/streamInput.ts';
import type { Learner } from '../../src/learner/learner.ts';
import { SnapshotError } from '../../src/model/snapshotFormat.ts';
import { forecastOf } from '../pipeline/samples.ts';

/**
 * Words of a step: time, value, effort and marks, number of inputs. The inputs follow. Words of a label: both ends of its span, its number, `LABEL`.
 * Words of a verdict: both ends of its alarm, its place in `ALARM_VERDICTS`, `VERDICT`.
 */
const HEAD = 4;
const LABEL = -1;
const VERDICT = -2;
/** Names of the classes that the learner knows: this and a number. */
const CLASS = 'class ';

/** Efforts are less. */
const MARKED = 8;

/** Effort and marks of a reading as one number. */
export function handlingOf({ effort = FULL_EFFORT, marks = NO_MARKS }: Pick<Step, 'effort' | 'marks'>): number {
  return effort + MARKED * marks;
}

/** A step as it was learned. */
export interface Learned {
  readonly at: number;
  readonly value: number;
  /** Effort and marks. */
  readonly effort: number;
  readonly inputs: readonly number[];
}

/** A label as it was learned. */
export interface LearnedLabel {
  readonly from: number;
  readonly to: number;
  readonly number: number;
  /** Steps that were learned before it. */
  readonly after: number;
}

export const nameOfClass = (number: number): string => `${CLASS}${number}`;

/** Learns by heart: its state is the list of all steps, labels and verdicts that it was taught, in order, each step with its effort. */
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

  prefetch(): number {
    return this.#numbers.length;
  }

  steps(): readonly Learned[] {
    return this.#read().steps;
  }

  labels(): readonly LearnedLabel[] {
    return this.#read().labels;
  }

  #read(): { readonly steps: readonly Learned[]; readonly labels: readonly LearnedLabel[] } {
    const steps: Learned[] = [];
    const labels: LearnedLabel[] = [];
    const numbers = this.#numbers;
    for (let place = 0; place < numbers.length; ) {
      const [first, second, third, count] = numbers.slice(place, place + HEAD) as [number, number, number, number];
      place += HEAD;
      if (count === LABEL) labels.push({ from: first, to: second, number: third, after: steps.length });
      else if (count >= 0) {
        steps.push({ at: first, value: second, effort: third, inputs: numbers.slice(place, place + count) });
        place += count;
      }
    }
    return { steps, labels };
  }

  step(step: Step, forecast: ForecastRow = new ForecastRow()): ForecastRow {
    this.learn();
    this.#pending = step;
    return forecast.write(forecastOf(this.stream, step.at, { samples: 1 }));
  }

  learn(): void {
    if (this.#pending === undefined) return;
    const { at, value, inputs = [] } = this.#pending;
    const handling = handlingOf(this.#pending);
    this.#pending = undefined;
    this.#numbers.push(at, value, handling, inputs.length, ...inputs);
  }

  /** Takes a verdict, and a label whose class it knows. It has no settings. */
  instruct(input: Instruction): DropReason | undefined {
    this.learn();
    if (input.kind === 'command')
      this.#numbers.push(input.from, input.to, ALARM_VERDICTS.indexOf(input.verdict), VERDICT);
    if (input.kind !== 'label') return undefined;
    if (!input.label.startsWith(CLASS)) return 'label-unknown';
    this.#numbers.push(input.from, input.to, Number(input.label.slice(CLASS.length)), LABEL);
    return undefined;
  }

  inspect(): Inspection {
    return { samples: this.steps().length, experts: [], baselines: [], horizons: [], networks: [], memories: [] };
  }

  snapshot(): Uint8Array {
    this.learn();
    return new Uint8Array(new Float64Array(this.#numbers).buffer);
  }

  free(): void {
    this.#pending = undefined;
  }
}

/** Readings that a learner has learned, for a fault to tell. */
export function valuesOf(learner: RoteLearner | undefined): string {
  return learner === undefined
    ? 'no learner'
    : learner
        .steps()
        .map(({ value }) => value)
        .join(' ');
}
