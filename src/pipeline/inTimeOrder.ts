import type { MonoTypeOperatorFunction } from 'rxjs';
import type { DropReason } from '../domain/dropReason.ts';
import type { Report } from '../domain/events.ts';
import type { Sample } from '../domain/sample.ts';
import { createOperator } from './createOperator.ts';
import { OlderClock } from './olderClock.ts';

export interface InTimeOrderOptions {
  readonly report: Report;
  /** What a drop is reported under. Default: the stream id. */
  readonly topicOf?: (sample: Sample) => string;
  /** What older samples have shown so far. Default: nothing. */
  readonly olderClock?: OlderClock;
}

/**
 * Lets the samples of one stream through whose time is later than that of all before. A redelivery (QoS 1, DUP) is a
 * `duplicate`; another value (or further input) for the same time is a `conflict`, and the first is kept; an older time is `out-of-order`.
 * Unless enough older ones agree that the clock was put right: then time goes on from there.
 */
export function inTimeOrder({
  report,
  topicOf,
  olderClock = new OlderClock(),
}: InTimeOrderOptions): MonoTypeOperatorFunction<Sample> {
  return createOperator<Sample, Sample>((output) => {
    let newest: Sample | undefined;
    return {
      next(sample) {
        let reason = newest === undefined ? undefined : refusalOf(sample, newest);
        if (reason === 'out-of-order' && olderClock.isBelieved(sample.at, (newest as Sample).at)) {
          report({ type: 'ClockSetBack', stream: sample.stream });
          reason = undefined;
        }
        if (reason === undefined) {
          newest = sample;
          olderClock.forget();
          output.next(sample);
        } else {
          report({ type: 'InputDropped', reason, topic: topicOf?.(sample) ?? sample.stream });
        }
      },
    };
  });
}

function refusalOf(sample: Sample, newest: Sample): DropReason | undefined {
  if (sample.at > newest.at) return undefined;
  if (sample.at < newest.at) return 'out-of-order';
  return sample.value === newest.value && saysTheSame(sample.inputs, newest.inputs) ? 'duplicate' : 'conflict';
}

function saysTheSame(one: readonly number[] = [], other: readonly number[] = []): boolean {
  return one.every((value, i) => value === other[i] || (Number.isNaN(value) && Number.isNaN(other[i])));
}
