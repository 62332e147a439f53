import fc from 'fast-check';
import { expect, it } from 'vitest';
import { axisRange, SPANS, type Span, spanEnd } from '../../../../../src/outlets/page/site/views/stream/spans.ts';

const NOW = Date.UTC(2026, 2, 12);

it('has the present and most of the past in the axis of each span, whatever is kept and forecast', () => {
  const distance = fc.option(fc.integer({ min: 0, max: 1e10 }));
  fc.assert(
    fc.property(fc.constantFrom(...SPANS), distance, distance, (span, past, ahead) => {
      const [from, to] = axisRange(span, NOW, past === null ? null : NOW - past, ahead === null ? null : NOW + ahead);
      expect(from).toBeLessThan(NOW);
      expect(to).toBeGreaterThanOrEqual(NOW);
      expect(NOW - from).toBeGreaterThanOrEqual((to - from) * 0.7 - 1);
      if (span.ms !== null) expect(NOW - from).toBeLessThanOrEqual(span.ms);
      if (past !== null && span.ms === null && past > 1000) expect(from).toBe(NOW - past);
    }),
  );
});

it('ends with now, and with the last reading where none would be seen', () => {
  const [short] = SPANS as readonly [Span];
  const hour = 3_600_000;
  expect([null, NOW, NOW - 2 * hour, NOW - 4 * hour].map((newest) => spanEnd(short, NOW, newest) - NOW)).toEqual([
    0,
    0,
    0,
    -4 * hour,
  ]);
});
