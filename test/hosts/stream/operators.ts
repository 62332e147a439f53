import type { MonoTypeOperatorFunction, OperatorFunction } from 'rxjs';
import type { Sample, Step } from '../../../src/domain/sample.ts';
import { StepRow } from '../../../src/domain/stepRow.ts';
import { InTimeOrder, type InTimeOrderOptions } from '../../../src/hosts/stream/inTimeOrder.ts';
import { createResampler, type ResampleOptions } from '../../../src/hosts/stream/resample.ts';
import { createOperator } from '../../../src/pipeline/createOperator.ts';
import { StepRun } from '../../../src/pipeline/stepRun.ts';

/** `InTimeOrder` as an operator, for marbles. */
export function inTimeOrder(options: Omit<InTimeOrderOptions, 'pass'>): MonoTypeOperatorFunction<Sample> {
  return createOperator<Sample, Sample>((output) => {
    const order = new InTimeOrder({ ...options, pass: (sample) => output.next(sample) });
    return {
      next: (sample) => order.push(sample),
      complete() {
        order.complete();
        output.complete();
      },
    };
  });
}

/** A resampler as an operator, for marbles. The steps are copies. */
export function resample(options: ResampleOptions): OperatorFunction<Sample, Step | StepRun> {
  return createOperator<Sample, Step | StepRun>((output) => {
    const resampler = createResampler(options, (steps) =>
      output.next(steps instanceof StepRun ? steps : StepRow.copyOf(steps)),
    );
    return { next: (sample) => resampler.push(sample) };
  });
}
