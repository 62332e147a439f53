import type { OperatorFunction } from 'rxjs';
import type { BorrowedForecast } from '../domain/forecast.ts';
import type { LearnerHost, TakeState } from '../domain/learnerHost.ts';
import type { Step } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import { createOperator } from './createOperator.ts';
import { type HandedWork, isStep } from './work.ts';

/**
 * Hands the steps to the learners and passes their forecasts on as they come. Completes once everything handed over has
 * been answered and learned; errors where the host's learners are gone. Starts the host, so it can be subscribed to once per host; stopping the host is its owner's.
 */
export function learnWith(host: LearnerHost): OperatorFunction<readonly HandedWork[], BorrowedForecast> {
  return createOperator<readonly HandedWork[], BorrowedForecast>((output) => {
    host.start({ take: (forecast) => output.next(forecast), endBatch: () => undefined }, (error) =>
      output.error(error),
    );
    return {
      next: (batch) => handOver(host, batch),
      complete() {
        host.drain().then(
          () => output.complete(),
          (error: unknown) => output.error(error),
        );
      },
    };
  });
}

/** The runs of steps between two other works go as one batch each; nearly always that is the whole batch as it is. */
function handOver(host: LearnerHost, batch: readonly HandedWork[]): void {
  let from = 0;
  for (let i = 0; i < batch.length; i++) {
    const work = batch[i];
    if (isStep(work)) continue;
    if (i > from) host.push(batch.slice(from, i) as Step[]);
    from = i + 1;
    handOverOther(host, work);
  }
  if (from === 0) host.push(batch as readonly Step[]);
  else if (from < batch.length) host.push(batch.slice(from) as Step[]);
}

function handOverOther(host: LearnerHost, work: Exclude<HandedWork, Step>): void {
  if ('evicted' in work) {
    takeSnapshot(host, work.evicted, work.take);
    host.evict(work.evicted);
  } else if ('checkpoint' in work) takeSnapshot(host, work.checkpoint, work.take);
  else if ('instruction' in work) host.instruct(work.instruction);
  else throw new TypeError(`work that no host knows: ${JSON.stringify(work satisfies never)}`);
}

/** A host that is gone says so to its owner; here it only means that there is no state. */
function takeSnapshot(host: LearnerHost, stream: StreamId, take: TakeState | undefined): void {
  if (take === undefined) return;
  host.snapshot(stream).then(take, () => take(undefined));
}
