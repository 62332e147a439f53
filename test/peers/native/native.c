/*
 * One side of the comparison as a server: reads commands from standard input, answers on standard output.
 *   new WORK H      a new net: predict, learn16, learn4 (k1 = 4, k2 = 16) or learn1
 *   errors N        runs N rows, answers the squared error of each prediction
 *   run N           runs N rows, answers the CPU microseconds and the mean squared error
 * Argument: the folder with series.f32 (rows of 4 inputs and a target) and weights-H.f32 (order of tidegate's kernel).
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lstm.h"

#ifdef __clang__
#define COMPILER "clang"
#else
#define COMPILER "gcc"
#endif

static Net net;
static float *series;
static long seriesRows;

/* Work by its name: how often is learned (0 = never). */
static int k1;
static int hiddenSize;

INLINE const float *rowOf(long t) { return series + t % seriesRows * (I + 1); }

INLINE float predictRow(Net *n, int H) {
  const float *row = rowOf(n->row);
  const int t = n->row++ & 1;
  /* Two entries in turn: a row is never worked on in place. */
  memcpy(n->in[t], row, I * sizeof(float));
  float y = forward(n, t, H);
  if (t == 1) {
    memcpy(n->in[0] + I, n->in[2] + I, H * sizeof(float));
    memcpy(n->c[0], n->c[2], H * sizeof(float));
  }
  return y - row[I];
}

/* k1 = k2 = 16: the activations of the live rows serve the window, no weight changed meanwhile. */
INLINE float learn16Row(Net *n, int H) {
  const float *row = rowOf(n->row);
  const int t = n->row++ % MOST_T;
  memcpy(n->in[t], row, I * sizeof(float));
  const float error = forward(n, t, H) - row[I];
  n->dy[t] = error * (2.0f / MOST_T);
  if (t == MOST_T - 1) {
    learn(n, MOST_T, H);
    memcpy(n->in[0] + I, n->in[MOST_T] + I, H * sizeof(float));
    memcpy(n->c[0], n->c[MOST_T], H * sizeof(float));
  }
  return error;
}

/* State `s` (after s rows) from the ring into entry t of the window, and back. */
INLINE void takeState(Net *n, long s, int t, int H) {
  memcpy(n->in[t] + I, n->oldH[s % RING], H * sizeof(float));
  memcpy(n->c[t], n->oldC[s % RING], H * sizeof(float));
}

INLINE void keepState(Net *n, long s, int t, int H) {
  memcpy(n->oldH[s % RING], n->in[t] + I, H * sizeof(float));
  memcpy(n->oldC[s % RING], n->c[t], H * sizeof(float));
}

/* k1 < k2: the window is run again from the state before it, with the weights of now. */
INLINE float replayRow(Net *n, int H) {
  const float *row = rowOf(n->row);
  const long at = n->row++;
  memcpy(n->oldX[at % RING], row, I * sizeof(float));
  n->oldTarget[at % RING] = row[I];
  takeState(n, at, 0, H);
  memcpy(n->in[0], row, I * sizeof(float));
  const float error = forward(n, 0, H) - row[I];
  keepState(n, at + 1, 1, H);
  if (n->row % k1 != 0) return error;
  const int T = n->row < MOST_T ? (int)n->row : MOST_T;
  const long first = n->row - T;
  takeState(n, first, 0, H);
  for (int t = 0; t < T; t++) {
    memcpy(n->in[t], n->oldX[(first + t) % RING], I * sizeof(float));
    n->dy[t] = 2 * (forward(n, t, H) - n->oldTarget[(first + t) % RING]) / T;
    keepState(n, first + t + 1, t + 1, H);
  }
  if (T == MOST_T) learn(n, MOST_T, H);
  else learn(n, T, H);
  return error;
}

/* A function of its own for every size and kind of work, with H known to the compiler. */
#define ROWS(name, row, H)                                                            \
  static __attribute__((noinline)) double name##H(long rows, float *errors) {         \
    double sum = 0;                                                                   \
    for (long r = 0; r < rows; r++) {                                                 \
      const float error = row(&net, H);                                               \
      sum += (double)error * error;                                                   \
      if (errors) errors[r] = error * error;                                          \
    }                                                                                 \
    return sum;                                                                       \
  }
ROWS(predict, predictRow, 16)
ROWS(predict, predictRow, 32)
ROWS(predict, predictRow, 64)
ROWS(whole, learn16Row, 16)
ROWS(whole, learn16Row, 32)
ROWS(whole, learn16Row, 64)
ROWS(replay, replayRow, 16)
ROWS(replay, replayRow, 32)
ROWS(replay, replayRow, 64)

typedef double Rows(long rows, float *errors);

static Rows *const PROGRAMS[3][3] = {
    {predict16, predict32, predict64}, {whole16, whole32, whole64}, {replay16, replay32, replay64}};

static Rows *program;

static float *readFloats(const char *folder, const char *name, long *count) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file) {
    printf("error cannot read %s\n", path);
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  const long size = ftell(file);
  rewind(file);
  float *floats = malloc(size);
  *count = (long)(fread(floats, 1, size, file) / sizeof(float));
  fclose(file);
  return floats;
}

/* From Wx (4H,I), Wh (4H,H), b (4H), Wy (H), S (I), by with gates stacked i | f | g | o. */
static void loadWeights(const float *from, int H) {
  const int K = I + H;
  const float *Wx = from, *Wh = Wx + 4 * H * I, *b = Wh + 4 * H * H;
  for (int gate = 0; gate < 4; gate++)
    for (int u = 0; u < H; u++) {
      const int r = gate * H + u;
      float *out = net.w + u / 8 * (K + 1) * 32 + gate * 8 + u % 8;
      for (int k = 0; k < I; k++) out[k * 32] = Wx[r * I + k];
      for (int k = 0; k < H; k++) out[(I + k) * 32] = Wh[r * H + k];
      out[K * 32] = b[r];
    }
  memcpy(net.w + headAt(H), b + 4 * H, (H + I + 1) * sizeof(float));
}

static int create(const char *folder, const char *work, int H) {
  const int size = H == 16 ? 0 : H == 32 ? 1 : H == 64 ? 2 : -1;
  k1 = !strcmp(work, "predict") ? 0 : !strcmp(work, "learn16") ? 16 : !strcmp(work, "learn4") ? 4 : !strcmp(work, "learn1") ? 1 : -1;
  if (size < 0 || k1 < 0) return 0;
  char name[64];
  snprintf(name, sizeof name, "weights-%d.f32", H);
  long count;
  float *weights = readFloats(folder, name, &count);
  memset(&net, 0, sizeof net);
  net.power1 = net.power2 = 1;
  loadWeights(weights, H);
  free(weights);
  hiddenSize = H;
  program = PROGRAMS[k1 == 0 ? 0 : k1 == 16 ? 1 : 2][size];
  return 1;
}

static double cpuMicroseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static void printErrors(long rows) {
  float *errors = malloc(rows * sizeof(float));
  program(rows, errors);
  printf("errors");
  for (long r = 0; r < rows; r++) printf(" %.9g", errors[r]);
  printf("\n");
  free(errors);
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: native FOLDER\n");
    return 64;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  series = readFloats(arguments[1], "series.f32", &seriesRows);
  seriesRows /= I + 1;
  printf("ready " COMPILER " %s\n", __VERSION__);
  char line[256], work[64];
  long n;
  int H;
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "new %63s %d", work, &H) == 2) {
      printf(create(arguments[1], work, H) ? "ok\n" : "skip not one of its sizes or kinds of work\n");
    } else if (program && sscanf(line, "errors %ld", &n) == 1) {
      printErrors(n);
    } else if (program && sscanf(line, "run %ld", &n) == 1) {
      const double start = cpuMicroseconds();
      const double sum = program(n, NULL);
      printf("ran %.1f %.9g\n", cpuMicroseconds() - start, sum / n);
    } else {
      printf("error unknown command: %s", line);
    }
  }
  return 0;
}
