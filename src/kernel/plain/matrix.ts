import type { Floats } from './floats.ts';

/**
 * y += W·x, for the stretches of y and x that start at the given offsets.
 * y (R) added to, W (R,K) row-major, x (K).
 * Four rows at a time: one load of x serves four sums, and the sums do not wait on each other.
 */
export function addMatVec(y: Floats, yAt: number, W: Floats, x: Floats, xAt: number, R: number, K: number): void {
  const blocked = R - (R % 4);
  let w0 = 0;
  for (let r = 0; r < blocked; r += 4, w0 += 4 * K) {
    const w1 = w0 + K;
    const w2 = w1 + K;
    const w3 = w2 + K;
    let sum0 = y[yAt + r];
    let sum1 = y[yAt + r + 1];
    let sum2 = y[yAt + r + 2];
    let sum3 = y[yAt + r + 3];
    for (let k = 0; k < K; k++) {
      const value = x[xAt + k];
      sum0 += W[w0 + k] * value;
      sum1 += W[w1 + k] * value;
      sum2 += W[w2 + k] * value;
      sum3 += W[w3 + k] * value;
    }
    y[yAt + r] = sum0;
    y[yAt + r + 1] = sum1;
    y[yAt + r + 2] = sum2;
    y[yAt + r + 3] = sum3;
  }
  for (let r = blocked; r < R; r++, w0 += K) {
    let sum = y[yAt + r];
    for (let k = 0; k < K; k++) sum += W[w0 + k] * x[xAt + k];
    y[yAt + r] = sum;
  }
}

/**
 * dx += Wᵀ·dy, the way back through `addMatVec` to its input.
 * dx (K) added to, W (R,K) row-major, dy (R). Four rows at a time: one load and store of dx serves four products.
 */
export function addTransposedMatVec(
  dx: Floats,
  dxAt: number,
  W: Floats,
  dy: Floats,
  dyAt: number,
  R: number,
  K: number,
): void {
  const blocked = R - (R % 4);
  let w0 = 0;
  for (let r = 0; r < blocked; r += 4, w0 += 4 * K) {
    const w1 = w0 + K;
    const w2 = w1 + K;
    const w3 = w2 + K;
    const dy0 = dy[dyAt + r];
    const dy1 = dy[dyAt + r + 1];
    const dy2 = dy[dyAt + r + 2];
    const dy3 = dy[dyAt + r + 3];
    for (let k = 0; k < K; k++) {
      dx[dxAt + k] += W[w0 + k] * dy0 + W[w1 + k] * dy1 + (W[w2 + k] * dy2 + W[w3 + k] * dy3);
    }
  }
  for (let r = blocked; r < R; r++, w0 += K) {
    const dyR = dy[dyAt + r];
    for (let k = 0; k < K; k++) dx[dxAt + k] += W[w0 + k] * dyR;
  }
}

/**
 * dW += Σ_t dy_t·x_tᵀ, the way back through `addMatVec` to its matrix, for a whole window at once.
 * dW (R,K) added to, dy (T,R), x (T,K) from offset xAt on.
 * Four rows of the window at a time: one product per step of time would load and store all of dW in every step.
 */
export function addOuterProducts(
  dW: Floats,
  dy: Floats,
  x: Floats,
  xAt: number,
  T: number,
  R: number,
  K: number,
): void {
  const blocked = T - (T % 4);
  for (let t = 0; t < blocked; t += 4) {
    const x0 = xAt + t * K;
    const x1 = x0 + K;
    const x2 = x1 + K;
    const x3 = x2 + K;
    for (let r = 0, dw = 0, dyAt = t * R; r < R; r++, dw += K, dyAt++) {
      const dy0 = dy[dyAt];
      const dy1 = dy[dyAt + R];
      const dy2 = dy[dyAt + 2 * R];
      const dy3 = dy[dyAt + 3 * R];
      for (let k = 0; k < K; k++) {
        dW[dw + k] += dy0 * x[x0 + k] + dy1 * x[x1 + k] + (dy2 * x[x2 + k] + dy3 * x[x3 + k]);
      }
    }
  }
  for (let t = blocked; t < T; t++) {
    for (let r = 0, dw = 0; r < R; r++, dw += K) {
      const dyR = dy[t * R + r];
      for (let k = 0; k < K; k++) dW[dw + k] += dyR * x[xAt + t * K + k];
    }
  }
}

/** db += Σ_t dy_t. db (R) added to, dy (T,R). */
export function addRows(db: Floats, dy: Floats, T: number, R: number): void {
  for (let t = 0, at = 0; t < T; t++) {
    for (let r = 0; r < R; r++, at++) db[r] += dy[at];
  }
}
