import type { MonoTypeOperatorFunction } from 'rxjs';
import type { Report } from '../../domain/events.ts';
import type { Sample } from '../../domain/sample.ts';
import { type DurationMs, toDurationMs } from '../../domain/time.ts';
import { createOperator } from '../../pipeline/createOperator.ts';
import { Timeline, type Verdicts } from './timeline.ts';

export interface InTimeOrderOptions {
  readonly report: Report;
  /** Name under which a drop is reported. Default: the stream id. */
  readonly topicOf?: (sample: Sample) => string;
  /** Knowledge from earlier samples about their times. Default: none. */
  readonly timeline?: Timeline;
  /** The timeline outlives the samples: those that still wait in it when they end are not lost. Default: no. */
  readonly isKept?: boolean;
  /** A reading that is older when it comes is late. Default: none is. */
  readonly maxAge?: DurationMs;
}

/**
 * Gives each sample of one stream its time, and lets those through that can be learned in order. A redelivery (QoS 1, DUP) is a
 * `duplicate`; of samples whose time is certain another value for the same time is a `conflict`, and the first is kept. A late
 * delivery behind newer readings is `out-of-order`; where samples show that a clock was put right or back, time goes on from there.
 */
export function inTimeOrder({
  report,
  topicOf = ({ stream }) => stream,
  timeline = new Timeline(),
  isKept = false,
  maxAge = toDurationMs(Number.POSITIVE_INFINITY),
}: InTimeOrderOptions): MonoTypeOperatorFunction<Sample> {
  return createOperator<Sample, Sample>((output) => {
    let newest: Sample | undefined;
    const verdicts: Verdicts = {
      take(sample) {
        newest = sample;
        const { origin } = sample;
        output.next(origin !== undefined && origin.arrival - sample.at > maxAge ? { ...sample, late: true } : sample);
      },
      drop: (sample, reason) => report({ type: 'InputDropped', reason, topic: topicOf(sample) }),
      replaced: (sample, cause) => report({ type: 'TimeReplaced', topic: topicOf(sample), cause }),
      setBack: ({ stream }) => report({ type: 'ClockSetBack', stream }),
    };
    return {
      next: (sample) => timeline.judge(sample, newest !== undefined && saysTheSame(sample, newest), verdicts),
      complete() {
        if (!isKept) timeline.close(verdicts);
        output.complete();
      },
    };
  });
}

function saysTheSame(one: Sample, other: Sample): boolean {
  if (one.value !== other.value) return false;
  const { inputs = [] } = one;
  return inputs.every(
    (value, i) => value === other.inputs?.[i] || (Number.isNaN(value) && Number.isNaN(other.inputs?.[i])),
  );
}
