import type { Kernel, Net, NetState } from '../../src/kernel/kernel.ts';

export type Sabotage =
  | 'nan-weight'
  | 'infinite-weight'
  | 'nan-moment'
  | 'nan-gradient'
  | 'nan-output'
  | 'huge-gradient';

const OF_A_STEP: readonly Sabotage[] = ['nan-weight', 'infinite-weight', 'nan-moment'];

/** A kernel whose first net goes wrong as if memory or arithmetic had failed. `plan`: at which of its steps, and how. */
export function sabotaged(kernel: Kernel, plan: (step: number) => Sabotage | undefined): Kernel {
  let isFirst = true;
  return Object.create(kernel, {
    createNet: {
      value: (shape: Parameters<Kernel['createNet']>[0]) => {
        const net = kernel.createNet(shape);
        if (!isFirst) return net;
        isFirst = false;
        return goneWrong(net, plan);
      },
    },
  });
}

function goneWrong(net: Net, plan: (step: number) => Sabotage | undefined): Net {
  let steps = 0;
  let norm = 0;
  const learnWith = (learn: () => boolean): boolean => {
    const fault = plan(steps);
    const isUpdated = fault === 'nan-gradient' || fault === 'huge-gradient' ? false : learn();
    norm = fault === 'nan-gradient' ? Number.NaN : fault === 'huge-gradient' ? 1e6 : net.gradientNorm;
    return isUpdated;
  };
  return Object.create(net, {
    shape: { get: () => net.shape },
    loss: { get: () => net.loss },
    gradientNorm: { get: () => norm },
    step: {
      value: (y: Float32Array, x: Float32Array) => {
        steps++;
        const fault = plan(steps);
        if (OF_A_STEP.includes(fault as Sabotage)) net.load(spoiled(net.save(), fault as Sabotage));
        net.step(y, x);
        if (fault === 'nan-output') y.fill(Number.NaN);
      },
    },
    setTarget: { value: net.setTarget.bind(net) },
    learn: { value: (...parts: Parameters<Net['learn']>) => learnWith(() => net.learn(...parts)) },
    replay: { value: (...parts: Parameters<Net['replay']>) => learnWith(() => net.replay(...parts)) },
    save: { value: () => net.save() },
    load: { value: (state: NetState) => net.load(state) },
    resetState: { value: () => net.resetState() },
    free: { value: () => net.free() },
  });
}

function spoiled(state: NetState, fault: Sabotage): NetState {
  if (fault === 'nan-weight') state.weights.fill(Number.NaN);
  // A gate that stays open: no output tells of it.
  else if (fault === 'infinite-weight') state.weights[state.weights.length >> 1] = Number.POSITIVE_INFINITY;
  else state.moment1.fill(Number.NaN);
  return state;
}
