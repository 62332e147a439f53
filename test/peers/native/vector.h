/* Vectors of four floats for gcc and clang on any machine; only minimum, maximum and square root need its own words. */
#ifndef VECTOR_H
#define VECTOR_H

typedef float f4 __attribute__((vector_size(16), may_alias));
typedef int i4 __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))

INLINE f4 splat(float s) { return (f4){s, s, s, s}; }

#if defined(__SSE__)
#include <xmmintrin.h>
INLINE f4 least(f4 a, f4 b) { return (f4)_mm_min_ps((__m128)a, (__m128)b); }
INLINE f4 most(f4 a, f4 b) { return (f4)_mm_max_ps((__m128)a, (__m128)b); }
INLINE f4 root(f4 a) { return (f4)_mm_sqrt_ps((__m128)a); }
#elif defined(__aarch64__)
#include <arm_neon.h>
INLINE f4 least(f4 a, f4 b) { return (f4)vminq_f32((float32x4_t)a, (float32x4_t)b); }
INLINE f4 most(f4 a, f4 b) { return (f4)vmaxq_f32((float32x4_t)a, (float32x4_t)b); }
INLINE f4 root(f4 a) { return (f4)vsqrtq_f32((float32x4_t)a); }
#else
INLINE f4 least(f4 a, f4 b) { i4 m = a < b; return (f4)(((i4)a & m) | ((i4)b & ~m)); }
INLINE f4 most(f4 a, f4 b) { i4 m = a > b; return (f4)(((i4)a & m) | ((i4)b & ~m)); }
INLINE f4 root(f4 a) {
  return (f4){__builtin_sqrtf(a[0]), __builtin_sqrtf(a[1]), __builtin_sqrtf(a[2]), __builtin_sqrtf(a[3])};
}
#endif

#if defined(__clang__)
#define PICK(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
#define PICK(a, b, i, j, k, l) __builtin_shuffle(a, b, (i4){i, j, k, l})
#endif

INLINE float sumOf(f4 a) { return (a[0] + a[2]) + (a[1] + a[3]); }

/* Entry r of the result is the sum of the r-th argument. */
INLINE f4 sumsOf(f4 a, f4 b, f4 c, f4 d) {
  f4 ab = PICK(a, b, 0, 4, 1, 5) + PICK(a, b, 2, 6, 3, 7);
  f4 cd = PICK(c, d, 0, 4, 1, 5) + PICK(c, d, 2, 6, 3, 7);
  return PICK(ab, cd, 0, 1, 4, 5) + PICK(ab, cd, 2, 3, 6, 7);
}

/* a*P(u)/Q(u) with u = a*a, a = x within the bound: P and Q of degree 4, one division, no exp. */
INLINE f4 ratio(f4 x, float bound, f4 p, float p3, float p2, float p1, float p0, f4 q, float q3, float q2, float q1) {
  const f4 a = most(least(x, splat(bound)), splat(-bound)), u = a * a;
  p = p * u + splat(p3);
  q = q * u + splat(q3);
  p = p * u + splat(p2);
  q = q * u + splat(q2);
  p = p * u + splat(p1);
  q = q * u + splat(q1);
  return a * (p * u + splat(p0)) / (q * u + splat(1));
}

/* tidegate's own approximation (src/kernel/simd/assembly/activation.ts): error below 4e-7. */
INLINE f4 tanh4(f4 x) {
  return ratio(x, 8, splat(1.5061716127810434e-8f), 2.17731781230468e-5f, 3.564151990537877e-3f, 0.13438187646664015f, 1,
               splat(8.453623495856567e-7f), 3.3991726460055486e-4f, 2.613599992358692e-2f, 0.46771508421168734f);
}

INLINE f4 sigmoid4(f4 x) {
  return splat(0.5f) + ratio(x, 16, splat(1.470870715606488e-11f), 8.505147704315156e-8f, 5.568987485215433e-5f,
                             8.39886727916501e-3f, 0.25f, splat(3.302196678068972e-9f), 5.311207259383670e-6f,
                             1.633499995224182e-3f, 0.11692877105292183f);
}

#endif
