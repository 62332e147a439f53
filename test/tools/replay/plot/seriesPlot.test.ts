import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeXml } from '../../../../src/tools/replay/plot/escapeXml.ts';
import { SeriesPlot } from '../../../../src/tools/replay/plot/seriesPlot.ts';
import { timeTicks, valueTicks } from '../../../../src/tools/replay/plot/ticks.ts';
import { forecastOf } from '../../../pipeline/samples.ts';

function plotOf(values: readonly (number | null)[], title = 'power'): string {
  const times = { oldest: 0, newest: values.length - 1 };
  const plot = new SeriesPlot({ title, times, rows: values.length });
  values.forEach((value, t) => {
    const expected = value === null ? null : { mean: value, lower: value - 1, upper: value + 1 };
    plot.add(forecastOf('a', t, { value, expected, anomaly: t === 7, anomalyScore: t === 7 ? 1.4 : 0.1 }));
  });
  return plot.render();
}

it('shows readings, interval, score and alarms, with a scale', () => {
  const picture = plotOf(Array.from({ length: 50 }, (_, i) => 20 + Math.sin(i)));
  expect(picture).toMatch(/^<svg [^>]*width="1200"/);
  expect(picture).toMatch(/<path class="band" d="M[-\d. L]+Z"/);
  expect(picture).toMatch(/<path class="line" d="M[-\d. L]+"/);
  expect(picture).toMatch(/<path class="score"/);
  expect(picture.match(/<path class="alarm"/g)).toHaveLength(1);
  expect(picture).toContain('>1 alarm<');
  expect(picture).toContain('>20.0<');
});

it('is of bounded size, well-formed, and holds finite numbers only, whatever the series', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ noNaN: true, min: -1e-307, max: 1e-307 }),
    fc.constantFrom(null, 5, 1.5e-323, 1e300),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.string(), (values, title) => {
      const picture = plotOf(values, title);
      expect(picture.replace(`>${escapeXml(title)}<`, '><')).not.toMatch(/NaN|Infinity|undefined|e\+\d+[ LZHV"]/);
      expect(picture.length).toBeLessThan(60_000 + 6 * title.length);
    }),
    {
      examples: [
        [[1e-310, 1.1e-310], ''],
        [[0, 5e-324], ''],
        [[1e150, 1e150 - 1e135], ''],
        [[1, 1 + Number.EPSILON], 'NaN'],
      ],
    },
  );
  expect(plotOf(Array.from({ length: 30_000 }, (_, i) => i % 97)).length).toBeLessThan(200_000);
});

it('writes texts that cannot end an element', () => {
  expect(escapeXml('<a b="c">&\u0000')).toBe('&#60;a b=&#34;c&#34;&#62;&#38;�');
});

describe('ticks', () => {
  it('stand at round values', () => {
    expect(valueTicks(0, 1, 5).map(({ text }) => text)).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(valueTicks(-30, 95, 6).map(({ text }) => text)).toEqual(['0', '50']);
    expect(valueTicks(0, 3e-100, 3).map(({ text }) => text)).toEqual([
      '0.000',
      '1.000e-100',
      '2.000e-100',
      '3.000e-100',
    ]);
  });

  it('stand at round times', () => {
    const start = Date.UTC(2024, 1, 28, 20);
    expect(timeTicks(start, start + 10 * 3_600_000, 5).map(({ text }) => text)).toEqual([
      '02-28 20:00',
      '02-28 22:00',
      '2024-02-29',
      '02-29 02:00',
      '02-29 04:00',
      '02-29 06:00',
    ]);
  });
});
