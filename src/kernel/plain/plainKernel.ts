import type { Kernel, Net, NetShape } from '../kernel.ts';
import { parameterCount } from '../parameterLayout.ts';
import { PlainNet } from './plainNet.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** Far above any useful net of a small computer; a mistyped size must not take the machine down. */
const MAX_NET_BYTES = 67_108_864;

interface SharedWorkspace {
  readonly workspace: Workspace;
  users: number;
}

/** The kernel in plain TypeScript: the reference for all others, and what runs where no faster one can. */
export function createPlainKernel(): Kernel {
  // One entry per shape in use: the last net of a shape takes it along.
  const workspaces = new Map<string, SharedWorkspace>();

  function createNet(given: NetShape): Net {
    checkShape(given);
    const shape = Object.freeze({ ...given });
    const key = [shape.cell, shape.inputSize, shape.hiddenSize, shape.outputSize, shape.rows].join();
    const shared = workspaces.get(key) ?? { workspace: createWorkspace(shape), users: 0 };
    shared.users++;
    workspaces.set(key, shared);
    return new PlainNet(shape, shared.workspace, () => {
      shared.users--;
      if (shared.users === 0) workspaces.delete(key);
    });
  }

  return { name: 'plain', bytesOf, createNet };
}

/** Weights and two moments, β powers, and R + 1 slots of x, target, hasTarget, h and (LSTM) c. */
function bytesOf(shape: NetShape): number {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O, rows: R } = shape;
  const states = cell === 'lstm' ? 2 * H : H;
  return 3 * 4 * parameterCount(shape) + 3 * 8 + (R + 1) * (4 * (D + O + states) + O);
}

function checkShape(shape: NetShape): void {
  if (shape.cell !== 'lstm' && shape.cell !== 'rnn') {
    throw new RangeError(`the plain kernel has the cells lstm and rnn, not ${shape.cell}`);
  }
  for (const name of ['inputSize', 'hiddenSize', 'outputSize', 'rows'] as const) {
    const size = shape[name];
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${name} is a whole number from 1 on, not ${size}`);
    }
  }
  const bytes = bytesOf(shape);
  if (bytes > MAX_NET_BYTES) {
    throw new RangeError(`a net of this shape takes ${bytes} bytes; the plain kernel holds up to ${MAX_NET_BYTES}`);
  }
}
