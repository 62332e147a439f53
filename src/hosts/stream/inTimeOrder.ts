import type { DropReason } from '../../domain/dropReason.ts';
import type { Report } from '../../domain/events.ts';
import type { Sample } from '../../domain/sample.ts';
import { type DurationMs, toDurationMs } from '../../domain/time.ts';
import { Timeline, type Verdicts } from './timeline.ts';

export interface InTimeOrderOptions {
  readonly report: Report;
  /** Hears each sample that can be learned, in order; the sample is lent for the time of the call. */
  readonly pass: (sample: Sample) => void;
  /** Name under which a drop is reported. Default: the stream id. */
  readonly topicOf?: (sample: Sample) => string;
  /** Knowledge from earlier samples about their times. Default: none. */
  readonly timeline?: Timeline;
  /** The timeline outlives the samples: those that still wait in it when they end are not lost. Default: no. */
  readonly isKept?: boolean;
  /** Asked for each reading: one that is older when it comes is late. Default: none is. */
  readonly maxAge?: () => DurationMs;
}

const NO_INPUTS: readonly number[] = [];

/**
 * Gives each sample of one stream its time, and lets those through that can be learned in order. A redelivery (QoS 1, DUP) is a
 * `duplicate`; of samples whose time is certain another value for the same time is a `conflict`, and the first is kept. A late
 * delivery behind newer readings is `out-of-order`; where samples show that a clock was put right or back, time goes on from there.
 */
export class InTimeOrder implements Verdicts {
  readonly #report: Report;
  readonly #pass: (sample: Sample) => void;
  readonly #topicOf: (sample: Sample) => string;
  readonly #timeline: Timeline;
  readonly #isKept: boolean;
  readonly #maxAge: () => DurationMs;
  /** Value and further inputs of the sample that was taken last; NaN: there was none. */
  #value: number = Number.NaN;
  #inputs: readonly number[] = NO_INPUTS;

  constructor(options: InTimeOrderOptions) {
    this.#report = options.report;
    this.#pass = options.pass;
    this.#topicOf = options.topicOf ?? (({ stream }) => stream);
    this.#timeline = options.timeline ?? new Timeline();
    this.#isKept = options.isKept ?? false;
    this.#maxAge = options.maxAge ?? (() => toDurationMs(Number.POSITIVE_INFINITY));
  }

  /** The sample is lent: what has to wait is copied. */
  push(sample: Sample): void {
    this.#timeline.judge(sample, this.#saysTheSame(sample), this);
  }

  /** No sample follows. */
  complete(): void {
    if (!this.#isKept) this.#timeline.close(this);
  }

  take(sample: Sample): void {
    const { origin, value, inputs = NO_INPUTS } = sample;
    this.#value = value;
    this.#inputs = inputs;
    const isLate = origin !== undefined && origin.arrival - sample.at > this.#maxAge();
    this.#pass(isLate ? { ...sample, late: true } : sample);
  }

  drop(sample: Sample, reason: DropReason): void {
    this.#report({ type: 'InputDropped', reason, topic: this.#topicOf(sample) });
  }

  replaced(sample: Sample, cause: 'too-old' | 'in-future'): void {
    this.#report({ type: 'TimeReplaced', topic: this.#topicOf(sample), cause });
  }

  setBack({ stream }: Sample): void {
    this.#report({ type: 'ClockSetBack', stream });
  }

  #saysTheSame({ value, inputs = NO_INPUTS }: Sample): boolean {
    if (value !== this.#value) return false;
    const before = this.#inputs;
    return inputs.every((input, i) => input === before[i] || (Number.isNaN(input) && Number.isNaN(before[i])));
  }
}
