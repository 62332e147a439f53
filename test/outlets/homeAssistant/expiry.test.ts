import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toDurationMs } from '../../../src/domain/time.ts';
import { expireAfter } from '../../../src/outlets/homeAssistant/expiry.ts';
import { everyMessage, settingsWith } from '../../pipeline/samples.ts';

const settings = settingsWith(everyMessage);
const expiring = { ...settings, publish: { ...settings.publish, expire: toDurationMs(90_500) } };

it('is what the configuration says, in whole seconds', () => {
  expect(expireAfter(expiring, 1e9, 3600)).toBe(91);
});

it.each([
  [Number.NaN, 0, 3600],
  [60_000, 0, 3600],
  [300_000, 0, 7200],
  [86_400_000, 0, 512 * 3600],
  [1e9, 0, 30 * 86_400],
  [Number.NaN, 7200, 7200],
  // Somewhat slower, somewhat faster: as before.
  [450_000, 7200, 7200],
  [150_000, 7200, 7200],
  [900_000, 7200, 14_400],
  [100_000, 14_400 * 4, 3600],
])('of a usual time of %d ms and %d s before is %d s', (cadence, before, expected) => {
  expect(expireAfter(settings, cadence, before)).toBe(expected);
});

it('settles: of one usual time it is never changed twice, and never shorter than that', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e8, noNaN: true }), fc.integer({ min: 0, max: 1e6 }), (cadence, before) => {
      const once = expireAfter(settings, cadence, before);
      expect(expireAfter(settings, cadence, once)).toBe(once);
      expect(once * 1000).toBeGreaterThanOrEqual(cadence);
    }),
  );
});
