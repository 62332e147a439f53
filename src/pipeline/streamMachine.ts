import type { TakeState } from '../domain/learnerHost.ts';
import type { Sample, Step } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Instruction } from '../domain/streamInput.ts';
import type { StepRun } from './stepRun.ts';

/**
 * Port: order, grid and learner of one stream as one state. What an input leads to is passed on before the call returns, so
 * that everything is handed to the learner in the order of the inputs.
 */
export interface StreamMachine {
  /** The input is lent for the time of the call. A machine that throws is broken: its stream gets another one. */
  take(input: Sample | Instruction): void;
  /**
   * The state after everything taken so far.
   * @returns what has to be called with the learner's part, once the learner has done all that was passed on before
   */
  snapshot(take: TakeState): TakeState;
  /** No input follows. */
  complete(): void;
  /** Nothing more is passed on. */
  stop(): void;
}

/** Takes what the inputs of one stream lead to. */
export interface MachineOutput {
  /** A step is lent for the time of the call; a run of them is given. */
  pass(steps: Step | StepRun): void;
  /** In order with the steps. */
  instruct(input: Instruction): void;
  /** The machine is broken. */
  fail(error: unknown): void;
  /** The machine has ended by itself. */
  end(): void;
}

/** Port: makes the machine of a stream; from its restored state where it has one. */
export type MachineFor = (stream: StreamId, output: MachineOutput) => StreamMachine;
