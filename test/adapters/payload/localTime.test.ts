import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLocalTime } from '../../../src/adapters/payload/localTime.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { realZone } from '../../fixtures/decoderSetup.ts';

const berlin = realZone('Europe/Berlin');
const FAR = toEpochMs(0);

describe('fromLocalTime', () => {
  it('is right on both sides of a change of clocks', () => {
    const before = fromLocalTime(Date.UTC(2026, 2, 29, 1, 59, 59), berlin, FAR);
    const after = fromLocalTime(Date.UTC(2026, 2, 29, 3, 0, 0), berlin, FAR);
    const late = fromLocalTime(Date.UTC(2026, 2, 29, 3, 0, 0), berlin, toEpochMs(Date.UTC(2030, 0, 1)));
    expect(late).toBe(after);
    expect([before, after]).toEqual([Date.UTC(2026, 2, 29, 0, 59, 59), Date.UTC(2026, 2, 29, 1, 0, 0)]);
  });

  it('counts on through the hour that the clocks skip', () => {
    expect(fromLocalTime(Date.UTC(2026, 2, 29, 2, 30), berlin, FAR)).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });

  it('takes the pass through a repeated hour that is nearer to the arrival', () => {
    const local = Date.UTC(2026, 9, 25, 2, 30);
    const [first, second] = [Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)];
    expect(fromLocalTime(local, berlin, toEpochMs(first + 2000))).toBe(first);
    expect(fromLocalTime(local, berlin, toEpochMs(second + 2000))).toBe(second);
  });

  it.each(['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'])(
    'gives back any moment of %s from its local time when it arrives at once',
    (name) => {
      const zone = realZone(name);
      // Half of the moments within a day of a change of clocks in 2026.
      const changes = [Date.UTC(2026, 2, 8), Date.UTC(2026, 2, 29), Date.UTC(2026, 3, 4, 15), Date.UTC(2026, 9, 3, 15)];
      const near = fc
        .tuple(
          fc.constantFrom(...changes, Date.UTC(2026, 9, 25), Date.UTC(2026, 10, 1)),
          fc.integer({ min: -1440, max: 1440 }),
        )
        .map(([change, minutes]) => change + minutes * 60_000);
      const anywhere = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
      const check = (moment: number): void => {
        const at = toEpochMs(moment);
        expect(fromLocalTime(moment + zone(at), zone, at)).toBe(moment);
      };
      void fc.assert(fc.property(fc.oneof(near, anywhere), check), { numRuns: 500 });
    },
  );
});
