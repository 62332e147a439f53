import type { Forecast } from '../../src/domain/forecast.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Learner } from '../../src/learner/learner.ts';
import { forecastOf } from '../pipeline/samples.ts';

/** Everything that a stream has ever been, over all lives of the process. */
export class Histories {
  /** By stream and number of samples. */
  readonly #states = new Map<string, Set<string>>();

  note({ stream, count, state }: ChainLearner): void {
    const key = `${stream} ${count}`;
    const states = this.#states.get(key) ?? new Set();
    states.add(state);
    this.#states.set(key, states);
  }

  /** A process has died: what was not acknowledged by then may have had no consequences. */
  forgetAfter(acknowledged: ReadonlyMap<string, number>): void {
    for (const key of this.#states.keys()) {
      const [stream, count] = key.split(' ') as [string, string];
      if (Number(count) > (acknowledged.get(stream) ?? 0)) this.#states.delete(key);
    }
  }

  /** Whether the stream has had other states after so many samples, but not this one. What no life came to may be anything. */
  contradict({ stream, count, state }: ChainLearner): boolean {
    const states = this.#states.get(`${stream} ${count}`);
    return states !== undefined && !states.has(state);
  }
}

/** Remembers what it was taught, in order and with which effort, as a chain of hashes. */
export class ChainLearner implements Learner {
  readonly #stream: StreamId;
  readonly #onState: (learner: ChainLearner) => void;
  count = 0;
  #hash = 0;
  #ofValues = 0;
  #isPending = false;
  #effort = 0;

  constructor(stream: StreamId, onState: (learner: ChainLearner) => void, snapshot?: Uint8Array) {
    this.#stream = stream;
    this.#onState = onState;
    if (snapshot === undefined) return;
    [this.count, this.#hash, this.#ofValues] = JSON.parse(new TextDecoder().decode(snapshot)) as [
      number,
      number,
      number,
    ];
  }

  get stream(): StreamId {
    return this.#stream;
  }

  get state(): string {
    return `${this.count} ${this.#hash}`;
  }

  /** Of the values alone. */
  get ofValues(): string {
    return `${this.count} ${this.#ofValues}`;
  }

  step({ at, value, effort = 0 }: Step): Forecast {
    this.learn();
    this.count++;
    this.#ofValues = fold(this.#ofValues, value);
    this.#hash = fold(fold(this.#hash, value), at % 1_000_003);
    this.#effort = effort;
    this.#isPending = true;
    return forecastOf(this.#stream, at, { samples: this.count });
  }

  learn(): void {
    if (!this.#isPending) return;
    this.#isPending = false;
    this.#hash = fold(this.#hash, this.#effort);
    this.#onState(this);
  }

  snapshot(): Uint8Array {
    this.learn();
    return new TextEncoder().encode(JSON.stringify([this.count, this.#hash, this.#ofValues]));
  }

  free(): void {
    this.#isPending = false;
  }
}

export function fold(hash: number, value: number): number {
  return (Math.imul(hash, 1_000_003) + Math.round(value * 1000)) | 0;
}
