import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../../src/domain/time.ts';
import { faultCodesIn } from '../../../src/tools/discover/faultCodes.ts';
import { FieldHistory } from '../../../src/tools/discover/fieldHistory.ts';
import { chooseLeftOut } from '../../../src/tools/discover/leftOut.ts';

function historyOf(values: readonly number[]): FieldHistory {
  const history = new FieldHistory();
  for (const [i, value] of values.entries()) history.note(value, i, { receivedAt: toEpochMs(i), retained: false });
  return history;
}

const left = (fields: Readonly<Record<string, readonly number[]>>, topic = 't'): object =>
  Object.fromEntries(
    chooseLeftOut(topic, new Map(Object.entries(fields).map(([path, values]) => [path, historyOf(values)]))),
  );

describe('fields that are left out', () => {
  it.each([
    ['energy', 'counter'],
    ['ENERGY.Total', 'counter'],
    ['ENERGY.Today', 'counter'],
    ['water_total', 'counter'],
    ['aenergy.total', 'counter'],
    ['battery', 'about the device'],
    ['devicepower:0.battery.percent', 'about the device'],
    ['Wifi.Signal', 'about the device'],
    ['total_act_power', undefined],
    ['power.total', undefined],
    ['battery_power', undefined],
    ['temperature', undefined],
    ['people_count', undefined],
    ['energetic', undefined],
  ])('by name: %s', (path, reason) => {
    expect(left({ [path]: [5] })).toEqual(reason === undefined ? {} : { [path]: reason });
  });

  it('are plain numbers by the last level of their topic', () => {
    const fields = new Map([[undefined, historyOf([5])]]);
    expect(chooseLeftOut('shellies/a/relay/0/energy', fields).get(undefined)).toBe('counter');
    expect(chooseLeftOut('shellies/a/relay/0/power', fields).get(undefined)).toBeUndefined();
  });

  it('are what rises by whole numbers all the time, and not what rises for a while or by fractions', () => {
    const rising = Array.from({ length: 21 }, (_, i) => 100 + 2 * i);
    expect(left({ n: rising })).toEqual({ n: 'counter' });
    expect(
      left({ co2: rising.slice(0, 20), t: rising.map((n) => n / 4), f: [...rising.map((n) => n + 1), 5] }),
    ).toEqual({});
  });

  it('are °F beside °C, whatever the readings and their decimals', () => {
    void fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -300, max: 450 }), { minLength: 1, maxLength: 9 }),
        fc.nat(2),
        (tenths, decimals) => {
          const tempc = tenths.map((tenth) => tenth / 10);
          const tempf = tempc.map((c) => Number((c * 1.8 + 32).toFixed(decimals)));
          expect(left({ tempf, tempc })).toEqual({ tempf: 'same as tempc' });
        },
      ),
    );
  });

  it('are copies in the same or another unit, once several different readings agree', () => {
    const ms = [1, 2.5, 4, 3.5];
    const kmh = ms.map((speed) => Math.round(speed * 36) / 10);
    expect(left({ wind_kmh: kmh, wind_ms: ms })).toEqual({ wind_kmh: 'same as wind_ms' });
    expect(left({ a: ms, b: ms })).toEqual({ b: 'same as a' });
    expect(left({ a: ms.slice(1), b: ms.slice(1) })).toEqual({});
    expect(left({ a: [0, 0, 0, 0, 0], b: [0, 0, 0, 0, 0] })).toEqual({});
    expect(left({ a: ms, b: [1, 2.5, 4, 3.6] })).toEqual({});
  });

  it('never are all that say the same', () => {
    const values = fc.array(fc.constantFrom(1, 3.6, 10, 50, 82.1, 100), { minLength: 5, maxLength: 5 });
    void fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'tempc', 'tempf', 'x', 'y'), values, { minKeys: 1 }), (fields) => {
        const out = Object.keys(left(fields));
        expect(out.length).toBeLessThan(Object.keys(fields).length);
        for (const reason of Object.values(left(fields))) expect(out).not.toContain(String(reason).slice(8));
      }),
    );
  });
});

it.each([
  [[21, 22, -127, 21.5], [-127]],
  [[21, 85, 22], [85]],
  [[700, 65_535, 710], [65_535]],
  [
    [21, -999.9, 9999, 20],
    [-999.9, 9999],
  ],
  [[60, 85, 70], []],
  [[250, 255, 240], []],
  [[0, 21, 22], []],
  [[-127, -127], [-127]],
  [[900, 999, 1100], []],
  [[], []],
])('values that mean no reading: of %j %j', (values, codes) => {
  expect(faultCodesIn(historyOf(values))).toEqual(codes);
});
