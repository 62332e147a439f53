import { cellStateSize, gateCount } from '../cellSizes.ts';
import type { NetShape } from '../kernel.ts';
import { type ParameterViews, parameterCount, parameterViews } from '../parameterLayout.ts';

/**
 * Arrays of one window while it is worked on, and of nothing that lives longer: all nets of one shape share one, since
 * a kernel does one thing at a time. Rows lie in order of time, oldest first, wherever they lie in the ring of their
 * net. Arrays that the cell has no use for are empty.
 */
export interface Workspace {
  /** (R,D) */ readonly x: Float32Array;
  /** (R+1,H) */ readonly h: Float32Array;
  /** (R+1,H) */ readonly c: Float32Array;
  /** (R,G·H) */ readonly gates: Float32Array;
  /** (R,H) */ readonly tanhC: Float32Array;
  /** (R,G·H), GRU */ readonly recurrent: Float32Array;
  /** (R,O) */ readonly y: Float32Array;
  /** (R,O) */ readonly target: Float32Array;
  /** (R,O) */ readonly hasTarget: Uint8Array;
  /** (R,O) */ readonly dy: Float32Array;
  /** (R,G·H) */ readonly dz: Float32Array;
  /** (R,G·H): dz itself but for the GRU */ readonly dRecurrent: Float32Array;
  /** (R+1,H) */ readonly dh: Float32Array;
  /** (R+1,H) */ readonly dc: Float32Array;
  /** (P) */ readonly gradient: Float32Array;
  /** Views of the gradient. */ readonly d: ParameterViews;
}

export function createWorkspace(shape: NetShape): Workspace {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O, rows: R } = shape;
  const G = gateCount(cell);
  const C = cellStateSize(cell, H);
  const recurrentSize = cell === 'gru' ? R * G * H : 0;
  const dz = new Float32Array(R * G * H);
  const gradient = new Float32Array(parameterCount(shape));
  return {
    x: new Float32Array(R * D),
    h: new Float32Array((R + 1) * H),
    c: new Float32Array((R + 1) * C),
    gates: new Float32Array(cell === 'rnn' ? 0 : R * G * H),
    tanhC: new Float32Array(R * C),
    recurrent: new Float32Array(recurrentSize),
    y: new Float32Array(R * O),
    target: new Float32Array(R * O),
    hasTarget: new Uint8Array(R * O),
    dy: new Float32Array(R * O),
    dz,
    dRecurrent: cell === 'gru' ? new Float32Array(recurrentSize) : dz,
    dh: new Float32Array((R + 1) * H),
    dc: new Float32Array((R + 1) * C),
    gradient,
    d: parameterViews(gradient, shape),
  };
}
