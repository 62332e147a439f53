import { checkCell, checkFeatures, checkSizes } from '../checkCall.ts';
import { type CellKind, type Kernel, KernelFullError, type KernelOptions, type NetShape } from '../kernel.ts';
import { frozenShape, longestWindow } from '../shapeSizes.ts';
import { linearModelBytes, PlainLinearModel } from './plainLinearModel.ts';
import { PlainNet, plainNetBytes } from './plainNet.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** Far above any useful net of a small computer; a mistyped size must not take the machine down. */
const MAX_NET_BYTES = 67_108_864;

/** All that there are: this kernel is the reference. */
export const PLAIN_CELLS: readonly CellKind[] = ['lstm', 'rnn', 'gru', 'lstm_peephole', 'lstm_coupled'];

interface SharedWorkspace {
  readonly workspace: Workspace;
  users: number;
}

/** The kernel in plain TypeScript: the reference for all others, and what runs where no faster one can. */
export function createPlainKernel(options?: KernelOptions): Kernel {
  const limit = options?.memoryLimit ?? Number.POSITIVE_INFINITY;
  // One entry per shape in use: the last net of a shape takes it along.
  const workspaces = new Map<string, SharedWorkspace>();
  let used = 0;

  /** @returns what gives the bytes back */
  function take(bytes: number): () => void {
    if (used + bytes > limit) throw new KernelFullError(bytes, used, limit);
    used += bytes;
    return () => {
      used -= bytes;
    };
  }

  function share(shape: NetShape): { readonly workspace: Workspace; readonly release: () => void } {
    const sizes = [shape.inputSize, shape.headInputSize ?? 0, shape.hiddenSize, shape.outputSize];
    const key = [shape.cell, ...sizes, longestWindow(shape)].join();
    const shared = workspaces.get(key) ?? { workspace: createWorkspace(shape), users: 0 };
    shared.users++;
    workspaces.set(key, shared);
    const release = (): void => {
      shared.users--;
      if (shared.users === 0) workspaces.delete(key);
    };
    return { workspace: shared.workspace, release };
  }

  return {
    name: 'plain',
    cells: PLAIN_CELLS,
    get usedBytes() {
      return used;
    },
    bytesOf: plainNetBytes,
    createNet(given) {
      checkShape(given);
      const shape = frozenShape(given);
      const giveBack = take(plainNetBytes(shape));
      const { workspace, release } = share(shape);
      return new PlainNet(shape, workspace, () => {
        giveBack();
        release();
      });
    },
    createLinearModel(size) {
      checkFeatures(size);
      return new PlainLinearModel(size, take(linearModelBytes(size)));
    },
  };
}

function checkShape(shape: NetShape): void {
  checkCell('plain', PLAIN_CELLS, shape.cell);
  checkSizes(shape);
  const bytes = plainNetBytes(shape);
  if (bytes > MAX_NET_BYTES) {
    throw new RangeError(`a net of this shape takes ${bytes} bytes; the plain kernel holds up to ${MAX_NET_BYTES}`);
  }
}
