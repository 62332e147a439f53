import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
import type { Sample, Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { isReading } from '../../src/domain/streamInput.ts';
import type { MachineFor } from '../../src/pipeline/streamMachine.ts';

/** Machines that send each sample of their stream through an operator, and whose state is the learner's alone. */
export function machineFrom(project: (stream: StreamId) => OperatorFunction<Sample, Step>): MachineFor {
  return (stream, { pass, instruct, fail, end }) => {
    let input: Subscriber<Sample> | undefined;
    const samples = new Observable<Sample>((reader) => {
      input = reader;
    });
    const way = samples.pipe(project(stream)).subscribe({ next: pass, error: fail, complete: end });
    return {
      take(taken) {
        if (isReading(taken)) input?.next(taken);
        else instruct(taken);
      },
      snapshot: (take) => take,
      complete: () => input?.complete(),
      stop: () => way.unsubscribe(),
    };
  };
}
