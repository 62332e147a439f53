import { expect, it } from 'vitest';
import { createSimdKernel } from '../../src/kernel/simd/simdKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { toHorizons, toSteps } from '../support/series.ts';
import { makeSettings } from '../support/settings.ts';

/** Airline passengers of each month from 1949 to 1960, in thousands (Box & Jenkins 1976, series G). */
const PASSENGERS = `
  112 118 132 129 121 135 148 148 136 119 104 118  115 126 141 135 125 149 170 170 158 133 114 140
  145 150 178 163 172 178 199 199 184 162 146 166  171 180 193 181 183 218 230 242 209 191 172 194
  196 196 236 235 229 243 264 272 237 211 180 201  204 188 235 227 234 264 302 293 259 229 203 229
  242 233 267 269 270 315 364 347 312 274 237 278  284 277 317 313 318 374 413 405 355 306 271 306
  315 301 356 348 355 422 465 467 404 347 305 336  340 318 362 348 363 435 491 505 404 359 310 337
  360 342 406 396 420 472 548 559 463 407 362 405  417 391 419 461 472 535 622 606 508 461 390 432`
  .trim()
  .split(/\s+/)
  .map(Number);
const HORIZONS = [1, 3, 12];
const MONTHS = PASSENGERS.map((_, month) => Date.UTC(1949, month, 1));

const FROM = 24;

/** Errors of the default stream and of the last value, per horizon. */
function errorsOf(seed: number): { own: number; last: number }[] {
  const settings = makeSettings({ horizons: toHorizons(...HORIZONS), model: { seed } });
  const learner = new StreamLearner(createSimdKernel('simd'), settings);
  const issued = toSteps(PASSENGERS, MONTHS).map((step) => {
    const { horizons } = learner.step(step).toForecast();
    learner.learn();
    return horizons.map(({ mean }) => mean as number);
  });
  learner.free();
  return HORIZONS.map((h, k) => {
    let own = 0;
    let last = 0;
    for (let t = FROM; t < PASSENGERS.length - h; t++) {
      own += Math.abs((issued[t]?.[k] as number) - (PASSENGERS[t + h] as number));
      last += Math.abs((PASSENGERS[t] as number) - (PASSENGERS[t + h] as number));
    }
    return { own, last };
  });
}

it.each([1, 2, 3])(
  'are forecast at half the error of the last value as soon as two years are known, seed %i',
  (seed) => {
    const ratios = errorsOf(seed).map(({ own, last }) => own / last);
    expect(ratios[0]).toBeLessThan(0.5);
    expect(ratios[1]).toBeLessThan(0.45);
    expect(ratios[2]).toBeLessThan(0.75);
  },
);
