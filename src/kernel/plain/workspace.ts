import type { NetShape } from '../kernel.ts';
import { gateCount, type ParameterViews, parameterCount, parameterViews } from '../parameterLayout.ts';

/**
 * What one window needs while it is worked on, and nothing that lives longer: all nets of one shape share one, since a
 * kernel does one thing at a time. Rows lie in order of time, oldest first, wherever they lie in the ring of their net.
 * G = 4 for the LSTM, 1 for the plain recurrent cell, which uses neither tanhC, c nor dc.
 */
export interface Workspace {
  /** (R,D) */ readonly x: Float32Array;
  /** (R+1,H) */ readonly h: Float32Array;
  /** (R+1,H) */ readonly c: Float32Array;
  /** (R,G·H) */ readonly gates: Float32Array;
  /** (R,H) */ readonly tanhC: Float32Array;
  /** (R,O) */ readonly y: Float32Array;
  /** (R,O) */ readonly target: Float32Array;
  /** (R,O) */ readonly hasTarget: Uint8Array;
  /** (R,O) */ readonly dy: Float32Array;
  /** (R,G·H) */ readonly dz: Float32Array;
  /** (R+1,H) */ readonly dh: Float32Array;
  /** (R+1,H) */ readonly dc: Float32Array;
  /** (P) */ readonly gradient: Float32Array;
  /** Views of the gradient. */ readonly d: ParameterViews;
}

export function createWorkspace(shape: NetShape): Workspace {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O, rows: R } = shape;
  const G = gateCount(cell);
  const onlyLstm = cell === 'lstm' ? 1 : 0;
  const gradient = new Float32Array(parameterCount(shape));
  return {
    x: new Float32Array(R * D),
    h: new Float32Array((R + 1) * H),
    c: new Float32Array(onlyLstm * (R + 1) * H),
    gates: new Float32Array(onlyLstm * R * G * H),
    tanhC: new Float32Array(onlyLstm * R * H),
    y: new Float32Array(R * O),
    target: new Float32Array(R * O),
    hasTarget: new Uint8Array(R * O),
    dy: new Float32Array(R * O),
    dz: new Float32Array(R * G * H),
    dh: new Float32Array((R + 1) * H),
    dc: new Float32Array(onlyLstm * (R + 1) * H),
    gradient,
    d: parameterViews(gradient, shape),
  };
}
