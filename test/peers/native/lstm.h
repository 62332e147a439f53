/*
 * The work unit in C, with 128-bit vectors: what a native program can do on one thread of this machine.
 * Sizes: I = 4 inputs, H hidden units (a multiple of 8), K = I + H rows of the joint matrix.
 * Parameters: per block of 8 units, for each of the K rows and then the bias: i, f, g, o of the 8 units = 32 floats;
 * then head Wy (H), skip S (I), by and padding to 4.
 * H is a constant wherever these functions are used, so that the compiler unrolls for it.
 */
#ifndef LSTM_H
#define LSTM_H

#include <math.h>
#include <string.h>

#include "vector.h"

enum { I = 4, MOST_H = 64, MOST_K = I + MOST_H, MOST_T = 16, RING = 32 };
enum { MOST_P = MOST_H / 8 * (MOST_K + 1) * 32 + MOST_H + I + 4 };

#define ALIGNED __attribute__((aligned(64)))

typedef struct {
  ALIGNED float w[MOST_P], g[MOST_P], m[MOST_P], v[MOST_P];
  /* Entry t of a window: [x, h before the row], c before the row; entry t+1 gets the row's own h and c. */
  ALIGNED float in[MOST_T + 1][MOST_K], c[MOST_T + 1][MOST_H];
  ALIGNED float gates[MOST_T][4 * MOST_H], tanhC[MOST_T][MOST_H], dz[MOST_T][4 * MOST_H];
  float dy[MOST_T];
  /* The last rows by their number modulo RING, for windows that are run again. State s: after s rows. */
  ALIGNED float oldX[RING][I], oldH[RING][MOST_H], oldC[RING][MOST_H], oldTarget[RING];
  double power1, power2;
  long row;
} Net;

INLINE int headAt(int H) { return H / 8 * (I + H + 1) * 32; }

INLINE float dot(const float *a, const float *b, int n) {
  f4 sum0 = splat(0), sum1 = splat(0);
  int j = 0;
  for (; j + 8 <= n; j += 8) {
    sum0 += *(const f4 *)(a + j) * *(const f4 *)(b + j);
    sum1 += *(const f4 *)(a + j + 4) * *(const f4 *)(b + j + 4);
  }
  for (; j < n; j += 4) sum0 += *(const f4 *)(a + j) * *(const f4 *)(b + j);
  return sumOf(sum0 + sum1);
}

/* One row from entry t to entry t+1; leaves the gates and tanh(c) of entry t. @returns y */
INLINE float forward(Net *n, int t, int H) {
  const int K = I + H;
  const float *in = n->in[t];
  f4 *const gates = (f4 *)n->gates[t], *const squashed = (f4 *)n->tanhC[t];
  const f4 *w = (const f4 *)n->w;
  for (int b = 0; b < H / 8; b++, w += 8) {
    f4 a0 = w[K * 8], a1 = w[K * 8 + 1], a2 = w[K * 8 + 2], a3 = w[K * 8 + 3];
    f4 a4 = w[K * 8 + 4], a5 = w[K * 8 + 5], a6 = w[K * 8 + 6], a7 = w[K * 8 + 7];
#pragma GCC unroll 4
    for (int k = 0; k < K; k++, w += 8) {
      f4 s = splat(in[k]);
      a0 += s * w[0];
      a1 += s * w[1];
      a2 += s * w[2];
      a3 += s * w[3];
      a4 += s * w[4];
      a5 += s * w[5];
      a6 += s * w[6];
      a7 += s * w[7];
    }
    f4 *z = gates + b * 8;
    z[0] = a0;
    z[1] = a1;
    z[2] = a2;
    z[3] = a3;
    z[4] = a4;
    z[5] = a5;
    z[6] = a6;
    z[7] = a7;
  }
  for (int b = 0; b < H / 8; b++) {
    f4 *z = gates + b * 8;
    for (int j = 0; j < 8; j++) z[j] = j / 2 == 2 ? tanh4(z[j]) : sigmoid4(z[j]);
  }
  const f4 *before = (const f4 *)n->c[t];
  f4 *c = (f4 *)n->c[t + 1], *h = (f4 *)(n->in[t + 1] + I);
  for (int u = 0; u < H / 4; u++) {
    const f4 *z = gates + u / 2 * 8 + u % 2;
    c[u] = z[2] * before[u] + z[0] * z[4];
    squashed[u] = tanh4(c[u]);
    h[u] = z[6] * squashed[u];
  }
  const float *head = n->w + headAt(H);
  return dot(head, n->in[t + 1] + I, H) + dot(head + H, in, I) + head[H + I];
}

/* Back through T rows that `forward` ran with keep: leaves dz. */
INLINE void backward(Net *n, int T, int H) {
  const int K = I + H;
  const f4 *Wy = (const f4 *)(n->w + headAt(H));
  ALIGNED float dhFloats[MOST_H] = {0}, dcFloats[MOST_H] = {0};
  f4 *dh = (f4 *)dhFloats, *dc = (f4 *)dcFloats;
  const f4 one = splat(1);
  for (int t = T - 1; t >= 0; t--) {
    const f4 dy = splat(n->dy[t]);
    for (int u = 0; u < H / 4; u++) {
      const int at = u / 2 * 8 + u % 2;
      const f4 *gates = (const f4 *)n->gates[t] + at;
      f4 *dz = (f4 *)n->dz[t] + at;
      f4 i = gates[0], f = gates[2], g = gates[4], o = gates[6];
      f4 squashed = ((const f4 *)n->tanhC[t])[u];
      f4 dhU = dh[u] + dy * Wy[u];
      f4 dhO = dhU * o;
      f4 dcU = dc[u] + (dhO - dhO * squashed * squashed);
      f4 dcI = dcU * i, dcF = dcU * f;
      dz[0] = dcI * g * (one - i);
      dz[2] = dcF * ((const f4 *)n->c[t])[u] * (one - f);
      dz[4] = dcI - dcI * g * g;
      dz[6] = dhO * squashed * (one - o);
      dc[u] = dcF;
    }
    if (t == 0) break;
    for (int k = 0; k < H; k += 4) {
      f4 p0 = splat(0), p1 = p0, p2 = p0, p3 = p0, q0 = p0, q1 = p0, q2 = p0, q3 = p0;
      for (int b = 0; b < H / 8; b++) {
        const f4 *w = (const f4 *)(n->w + b * (K + 1) * 32 + (I + k) * 32);
        const f4 *dz = (const f4 *)(n->dz[t] + b * 32);
#pragma GCC unroll 4
        for (int j = 0; j < 8; j += 2) {
          f4 d0 = dz[j], d1 = dz[j + 1];
          p0 += w[j] * d0;
          p1 += w[8 + j] * d0;
          p2 += w[16 + j] * d0;
          p3 += w[24 + j] * d0;
          q0 += w[j + 1] * d1;
          q1 += w[8 + j + 1] * d1;
          q2 += w[16 + j + 1] * d1;
          q3 += w[24 + j + 1] * d1;
        }
      }
      dh[k / 4] = sumsOf(p0 + q0, p1 + q1, p2 + q2, p3 + q3);
    }
  }
}

/* The gradient of all parameters from dz and dy: one blocked product over the whole window. @returns its square norm */
INLINE float gradient(Net *n, int T, int H) {
  const int K = I + H;
  f4 square0 = splat(0), square1 = splat(0);
  for (int b = 0; b < H / 8; b++) {
    f4 *g = (f4 *)(n->g + b * (K + 1) * 32);
    for (int j = 0; j < 8; j += 2) {
      for (int k = 0; k < K; k += 4) {
        f4 a0 = splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        const float *in = n->in[0] + k;
        const f4 *dz = (const f4 *)(n->dz[0] + b * 32) + j;
#pragma GCC unroll 4
        for (int t = 0; t < T; t++, in += MOST_K, dz += MOST_H) {
          f4 d0 = dz[0], d1 = dz[1];
          f4 s0 = splat(in[0]), s1 = splat(in[1]), s2 = splat(in[2]), s3 = splat(in[3]);
          a0 += s0 * d0;
          a1 += s0 * d1;
          a2 += s1 * d0;
          a3 += s1 * d1;
          a4 += s2 * d0;
          a5 += s2 * d1;
          a6 += s3 * d0;
          a7 += s3 * d1;
        }
        f4 *out = g + k * 8 + j;
        out[0] = a0;
        out[1] = a1;
        out[8] = a2;
        out[9] = a3;
        out[16] = a4;
        out[17] = a5;
        out[24] = a6;
        out[25] = a7;
        square0 += a0 * a0 + a1 * a1 + (a2 * a2 + a3 * a3);
        square1 += a4 * a4 + a5 * a5 + (a6 * a6 + a7 * a7);
      }
      f4 b0 = splat(0), b1 = splat(0);
      for (int t = 0; t < T; t++) {
        const f4 *dz = (const f4 *)(n->dz[t] + b * 32) + j;
        b0 += dz[0];
        b1 += dz[1];
      }
      g[K * 8 + j] = b0;
      g[K * 8 + j + 1] = b1;
      square0 += b0 * b0;
      square1 += b1 * b1;
    }
  }
  f4 *g = (f4 *)(n->g + headAt(H));
  for (int u = 0; u < K / 4; u++) {
    f4 sum = splat(0);
    /* Wy from the row's own h, S from its x. */
    for (int t = 0; t < T; t++)
      sum += splat(n->dy[t]) * (u < H / 4 ? ((const f4 *)n->in[t + 1])[1 + u] : ((const f4 *)n->in[t])[0]);
    g[u] = sum;
    square0 += sum * sum;
  }
  float by = 0;
  for (int t = 0; t < T; t++) by += n->dy[t];
  g[K / 4] = (f4){by, 0, 0, 0};
  return sumOf(square0 + square1) + by * by;
}

/* Adam(1e-3, 0.9, 0.999, 1e-8) with the clip to norm 1 folded into its constants. */
INLINE void update(Net *n, float square, int H) {
  const int vectors = headAt(H) / 4 + (I + H) / 4 + 1;
  const float norm = sqrtf(square);
  const float scale = norm + 1e-6f > 1 ? 1 / (norm + 1e-6f) : 1;
  n->power1 *= 0.9;
  n->power2 *= 0.999;
  const double correction = sqrt(1 - n->power2);
  const f4 step = splat((float)(1e-3 / (1 - n->power1) * correction)), epsilon = splat((float)(1e-8 * correction));
  const f4 keep1 = splat(0.9f), keep2 = splat(0.999f), add1 = splat(0.1f * scale), add2 = splat(0.001f * scale * scale);
  f4 *w = (f4 *)n->w, *m = (f4 *)n->m, *v = (f4 *)n->v;
  const f4 *g = (const f4 *)n->g;
#pragma GCC unroll 2
  for (int p = 0; p < vectors; p++) {
    f4 newM = keep1 * m[p] + add1 * g[p];
    f4 newV = keep2 * v[p] + add2 * g[p] * g[p];
    m[p] = newM;
    v[p] = newV;
    w[p] -= step * newM / (root(newV) + epsilon);
  }
}

INLINE void learn(Net *n, int T, int H) {
  backward(n, T, H);
  update(n, gradient(n, T, H), H);
}

#endif
