import type { SecantNet, SecantRun } from './secantRun.ts';

/** Differences below it have the slope for their secant. */
const SMALLEST_DIFFERENCE = 1e-9;

/** Secants of the answer on their way back: m with Σ m·Δ = Δ answer. */
export interface SecantPass {
  readonly one: SecantRun;
  readonly zero: SecantRun;
  /** (H) in: by h after the row. Out: the part by h before it that goes past the gates. */ readonly mh: Float64Array;
  /** (H) in: by c after the row. Out: by c before it. */ readonly mc: Float64Array;
  /** (G·H) out: by the sums of the gates, of b + Wx·x. */ readonly mz: Float64Array;
  /** (G·H) out: by Wh·hPrev; mz itself where one sum is squashed. */ readonly mRecurrent: Float64Array;
}

/** Row t of the way back through the cell: Δ(a·b) = mean(a)·Δb + mean(b)·Δa, and secants Δφ/Δz in place of slopes. */
export function goBackRow(net: SecantNet, pass: SecantPass, t: number): void {
  switch (net.cell) {
    case 'lstm':
    case 'lstm_peephole':
      goBackLstm(net, pass, t);
      break;
    case 'lstm_coupled':
      goBackCoupled(net, pass, t);
      break;
    case 'gru':
      goBackGru(net, pass, t);
      break;
    case 'rnn':
      goBackRnn(net, pass, t);
      break;
  }
}

/** The peepholes of an LSTM without any are 0. */
function goBackLstm({ H, w }: SecantNet, { one, zero, mh, mc, mz }: SecantPass, t: number): void {
  const ofPeephole = (weights: Float64Array, u: number): number => (weights.length > 0 ? weights[u] : 0);
  for (let u = 0; u < H; u++) {
    const i = t * 4 * H + u;
    const [f, g, o] = [i + H, i + 2 * H, i + 3 * H];
    const before = t * H + u;
    const ofO = mh[u] * mean(one.tanhC, zero.tanhC, before) * sigmoidSecant(one, zero, o);
    const ofC = mc[u] + mh[u] * mean(one.gates, zero.gates, o) * cellSecant(one, zero, before, H);
    const ofState = ofC + ofO * ofPeephole(w.p_o, u);
    const ofI = ofState * mean(one.gates, zero.gates, g) * sigmoidSecant(one, zero, i);
    const ofF = ofState * mean(one.c, zero.c, before) * sigmoidSecant(one, zero, f);
    mz[u] = ofI;
    mz[u + H] = ofF;
    mz[u + 2 * H] = ofState * mean(one.gates, zero.gates, i) * tanhSecant(one, zero, g);
    mz[u + 3 * H] = ofO;
    mc[u] = ofState * mean(one.gates, zero.gates, f) + ofI * ofPeephole(w.p_i, u) + ofF * ofPeephole(w.p_f, u);
    mh[u] = 0;
  }
}

/** c = (1 − i)∘cPrev + i∘g */
function goBackCoupled({ H }: SecantNet, { one, zero, mh, mc, mz }: SecantPass, t: number): void {
  for (let u = 0; u < H; u++) {
    const i = t * 3 * H + u;
    const [g, o] = [i + H, i + 2 * H];
    const before = t * H + u;
    const written = mean(one.gates, zero.gates, i);
    const replaced = mean(one.gates, zero.gates, g) - mean(one.c, zero.c, before);
    const ofC = mc[u] + mh[u] * mean(one.gates, zero.gates, o) * cellSecant(one, zero, before, H);
    mz[u] = ofC * replaced * sigmoidSecant(one, zero, i);
    mz[u + H] = ofC * written * tanhSecant(one, zero, g);
    mz[u + 2 * H] = mh[u] * mean(one.tanhC, zero.tanhC, before) * sigmoidSecant(one, zero, o);
    mc[u] = ofC * (1 - written);
    mh[u] = 0;
  }
}

/** h = (1 − z)∘n + z∘hPrev; n = tanh(b + Wx·x + r∘recurrent) */
function goBackGru({ H }: SecantNet, { one, zero, mh, mz, mRecurrent }: SecantPass, t: number): void {
  for (let u = 0; u < H; u++) {
    const r = t * 3 * H + u;
    const [z, n] = [r + H, r + 2 * H];
    const kept = mean(one.gates, zero.gates, z);
    const replaced = mean(one.h, zero.h, t * H + u) - mean(one.gates, zero.gates, n);
    const ofN = mh[u] * (1 - kept) * tanhSecant(one, zero, n);
    mz[u] = ofN * mean(one.recurrent, zero.recurrent, n) * sigmoidSecant(one, zero, r);
    mz[u + H] = mh[u] * replaced * sigmoidSecant(one, zero, z);
    mz[u + 2 * H] = ofN;
    mRecurrent[u] = mz[u];
    mRecurrent[u + H] = mz[u + H];
    mRecurrent[u + 2 * H] = ofN * mean(one.gates, zero.gates, r);
    mh[u] = mh[u] * kept;
  }
}

/** h = tanh(z) */
function goBackRnn({ H }: SecantNet, { one, zero, mh, mz }: SecantPass, t: number): void {
  for (let u = 0; u < H; u++) {
    const [before, after] = [t * H + u, (t + 1) * H + u];
    mz[u] = mh[u] * secantOfTanh(one.z[before], zero.z[before], one.h[after], zero.h[after]);
    mh[u] = 0;
  }
}

function mean(one: Float64Array, zero: Float64Array, at: number): number {
  return (one[at] + zero[at]) / 2;
}

/** The secant of σ of a gate between the two runs. */
function sigmoidSecant(one: SecantRun, zero: SecantRun, at: number): number {
  const [value, difference] = [one.gates[at], one.z[at] - zero.z[at]];
  return Math.abs(difference) < SMALLEST_DIFFERENCE ? value * (1 - value) : (value - zero.gates[at]) / difference;
}

/** That of tanh of a gate. */
function tanhSecant(one: SecantRun, zero: SecantRun, at: number): number {
  return secantOfTanh(one.z[at], zero.z[at], one.gates[at], zero.gates[at]);
}

/** That of tanh of the cell state after the row. @param before place of the unit in the states before it */
function cellSecant(one: SecantRun, zero: SecantRun, before: number, H: number): number {
  return secantOfTanh(one.c[before + H], zero.c[before + H], one.tanhC[before], zero.tanhC[before]);
}

function secantOfTanh(z: number, z0: number, value: number, value0: number): number {
  const difference = z - z0;
  return Math.abs(difference) < SMALLEST_DIFFERENCE ? 1 - value * value : (value - value0) / difference;
}
