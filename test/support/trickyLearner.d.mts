import type { MemoryProbe, MemoryRequest, NoMemory } from '../../src/domain/memoryProbe.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { KernelFullError } from '../../src/kernel/kernel.ts';
import type { Learner } from '../../src/learner/learner.ts';
import type { SnapshotError } from '../../src/model/snapshotFormat.ts';

export declare const TRICK: {
  readonly failStep: number;
  readonly failLearn: number;
  readonly learnLong: number;
  readonly exit: number;
  readonly crash: number;
  readonly sendRubbish: number;
  readonly hang: number;
  readonly print: number;
  readonly failOddly: number;
};

export declare const REFUSED: {
  readonly damaged: number;
  readonly newer: number;
  readonly mismatch: number;
  readonly full: number;
  readonly bug: number;
};

export declare function trickyLearners(errors: {
  readonly SnapshotError: typeof SnapshotError;
  readonly KernelFullError: typeof KernelFullError;
}): (stream: StreamId, snapshot?: Uint8Array) => Learner;

export declare function trickyLook(
  snapshot: Uint8Array,
  stream: StreamId,
  request: MemoryRequest,
): MemoryProbe | NoMemory;

export declare function createTrickyLearner(stream: StreamId, snapshot?: Uint8Array): Learner;
