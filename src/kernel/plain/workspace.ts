import { cellStateSize, gateCount } from '../cellSizes.ts';
import type { NetShape } from '../kernel.ts';
import { type ParameterViews, parameterCount, parameterViews } from '../parameterLayout.ts';
import { cellInputSize, longestWindow } from '../shapeSizes.ts';
import type { CellSpace } from './cell.ts';

/**
 * Arrays of one window while it is worked on, and of nothing that lives longer: all nets of one shape share one, since
 * a kernel does one thing at a time. Rows lie in order of time, oldest first, wherever they lie in the ring of their
 * net. Arrays that the cell has no use for are empty. R here is the longest window, W of the shape.
 */
export interface Workspace {
  /** (R,D) */ readonly x: Float32Array;
  /** The same arrays as the cell sees them: of its x (R,D−E) it knows only its own inputs. */ readonly ofCell: CellSpace;
  /** (R+1,H) */ readonly h: Float32Array;
  /** (R+1,H) */ readonly c: Float32Array;
  /** (R,G·H) */ readonly gates: Float32Array;
  /** (R,H) */ readonly tanhC: Float32Array;
  /** (R,G·H), GRU */ readonly recurrent: Float32Array;
  /** (R,O) */ readonly y: Float32Array;
  /** (R,O) */ readonly target: Float32Array;
  /** (R,O) */ readonly hasTarget: Uint8Array;
  /** (R) */ readonly weight: Float32Array;
  /** (R,O) */ readonly dy: Float32Array;
  /** (R,G·H) */ readonly dz: Float32Array;
  /** (R,G·H): dz itself but for the GRU */ readonly dRecurrent: Float32Array;
  /** (R+1,H) */ readonly dh: Float32Array;
  /** (R+1,H) */ readonly dc: Float32Array;
  /** (P) */ readonly gradient: Float32Array;
  /** Views of the gradient. */ readonly d: ParameterViews;
}

export function createWorkspace(shape: NetShape): Workspace {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O } = shape;
  const R = longestWindow(shape);
  const cellD = cellInputSize(shape);
  const x = new Float32Array(R * D);
  const G = gateCount(cell);
  const C = cellStateSize(cell, H);
  const recurrentSize = cell === 'gru' ? R * G * H : 0;
  const dz = new Float32Array(R * G * H);
  const gradient = new Float32Array(parameterCount(shape));
  const ofCell = {
    x: cellD === D ? x : new Float32Array(R * cellD),
    h: new Float32Array((R + 1) * H),
    c: new Float32Array((R + 1) * C),
    gates: new Float32Array(cell === 'rnn' ? 0 : R * G * H),
    tanhC: new Float32Array(R * C),
    recurrent: new Float32Array(recurrentSize),
    dz,
    dRecurrent: cell === 'gru' ? new Float32Array(recurrentSize) : dz,
    dh: new Float32Array((R + 1) * H),
    dc: new Float32Array((R + 1) * C),
  };
  return {
    ...ofCell,
    x,
    ofCell,
    y: new Float32Array(R * O),
    target: new Float32Array(R * O),
    hasTarget: new Uint8Array(R * O),
    weight: new Float32Array(R),
    dy: new Float32Array(R * O),
    gradient,
    d: parameterViews(gradient, shape),
  };
}
