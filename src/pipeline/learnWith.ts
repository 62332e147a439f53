import type { OperatorFunction } from 'rxjs';
import type { Forecast } from '../domain/forecast.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import type { Step } from '../domain/sample.ts';
import { createOperator } from './createOperator.ts';
import { isEviction, type Work } from './work.ts';

/**
 * Hands the steps to the learners and passes their forecasts on as they come. Completes once everything handed over has
 * been answered and learned; errors where the host's learners are gone. Starts the host, so it can be subscribed to once per host; stopping the host is its owner's.
 */
export function learnWith(host: LearnerHost): OperatorFunction<readonly Work[], Forecast> {
  return createOperator<readonly Work[], Forecast>((output) => {
    host.start(
      (forecasts) => {
        for (const forecast of forecasts) output.next(forecast);
      },
      (error) => output.error(error),
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

/** The runs of steps between two evictions go as one batch each; nearly always that is the whole batch as it is. */
function handOver(host: LearnerHost, batch: readonly Work[]): void {
  let from = 0;
  for (let i = 0; i < batch.length; i++) {
    const work = batch[i];
    if (!isEviction(work)) continue;
    if (i > from) host.push(batch.slice(from, i) as Step[]);
    host.evict(work.evicted);
    from = i + 1;
  }
  if (from === 0) host.push(batch as readonly Step[]);
  else if (from < batch.length) host.push(batch.slice(from) as Step[]);
}
