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

/* Odd degree 13 over even degree 6, the approximation of the Eigen library: error below 4e-7, no exp. */
INLINE f4 tanh4(f4 x) {
  x = most(least(x, splat(7.90531110763549805f)), splat(-7.90531110763549805f));
  f4 s = x * x;
  f4 p = s * splat(-2.76076847742355e-16f) + splat(2.00018790482477e-13f);
  p = p * s + splat(-8.60467152213735e-11f);
  p = p * s + splat(5.12229709037114e-08f);
  p = p * s + splat(1.48572235717979e-05f);
  p = p * s + splat(6.37261928875436e-04f);
  p = p * s + splat(4.89352455891786e-03f);
  f4 q = s * splat(1.19825839466702e-06f) + splat(1.18534705686654e-04f);
  q = q * s + splat(2.26843463243900e-03f);
  q = q * s + splat(4.89352518554385e-03f);
  return x * p / q;
}

INLINE f4 sigmoid4(f4 x) { return splat(0.5f) + splat(0.5f) * tanh4(splat(0.5f) * x); }

#endif
