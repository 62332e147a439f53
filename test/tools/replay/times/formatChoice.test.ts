import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../../../src/domain/time.ts';
import { FormatChoice } from '../../../../src/tools/replay/times/formatChoice.ts';
import { utc } from '../../../pipeline/samples.ts';

const two = (n: number): string => String(n).padStart(2, '0');
const parts = (at: number) => {
  const d = new Date(at);
  const [y, m, day, h, min, s] = [
    d.getUTCFullYear(),
    d.getUTCMonth() + 1,
    d.getUTCDate(),
    d.getUTCHours(),
    d.getUTCMinutes(),
    d.getUTCSeconds(),
  ];
  const month = d.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  return { y, m, d: day, h, min, s, clock: `${two(h)}:${two(min)}:${two(s)}`, month };
};

/** Ways in which spreadsheets, loggers and people write a moment. */
const WRITERS: Readonly<Record<string, (at: number) => string>> = {
  iso: (at) => new Date(at).toISOString(),
  blank: (at) => new Date(at).toISOString().slice(0, 19).replace('T', ' '),
  utc: (at) => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
  seconds: (at) => String(at / 1000),
  milliseconds: (at) => String(at),
  slashes: (at) => new Date(at).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' '),
  'one digit': (at) => {
    const p = parts(at);
    return `${p.y}-${p.m}-${p.d} ${p.h}:${two(p.min)}:${two(p.s)}`;
  },
  german: (at) => {
    const p = parts(at);
    return `${two(p.d)}.${two(p.m)}.${p.y} ${p.clock}`;
  },
  british: (at) => {
    const p = parts(at);
    return `${two(p.d)}/${two(p.m)}/${p.y} ${p.clock}`;
  },
  american: (at) => {
    const p = parts(at);
    return `${p.m}/${p.d}/${p.y} ${p.clock}`;
  },
  'american, twelve hours': (at) => new Date(at).toLocaleString('en-US', { timeZone: 'UTC' }),
  'short year': (at) => {
    const p = parts(at);
    return `${two(p.d)}.${two(p.m)}.${two(p.y % 100)} ${p.clock}`;
  },
  'named month': (at) => {
    const p = parts(at);
    return `${p.d} ${p.month} ${p.y} ${p.clock}`;
  },
  mail: (at) => new Date(at).toUTCString(),
  browser: (at) => {
    const p = parts(at);
    return `Fri ${p.month} ${two(p.d)} ${p.y} ${p.clock} GMT+0000 (Coordinated Universal Time)`;
  },
  asctime: (at) => {
    const p = parts(at);
    return `Fri ${p.month} ${String(p.d).padStart(2)} ${p.clock} ${p.y}`;
  },
  basic: (at) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, ''),
  digits: (at) => new Date(at).toISOString().replace(/\D/g, '').slice(0, 14),
  zoned: (at) => `${new Date(at + 3_600_000).toISOString().slice(0, 19)}+01:00[Europe/Berlin]`,
  'time first': (at) => {
    const p = parts(at);
    return `${p.clock} ${two(p.d)}.${two(p.m)}.${p.y}`;
  },
};

const choiceOf = (cells: readonly string[]) => {
  const choice = new FormatChoice(utc);
  for (const cell of cells) choice.add(cell);
  return choice.choose();
};

describe.each(Object.entries(WRITERS))('a column written as %s', (_, write) => {
  it('is read as what was written, whatever the series', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000_000_000, max: 2_100_000_000 }),
        fc.constantFrom(60, 600, 3600, 86_400),
        (start, step) => {
          const times = Array.from({ length: 40 }, (_, i) => (start + i * step) * 1000);
          const { format, unsorted, isDoubtful } = choiceOf(times.map(write));
          // Day and month of a single day can be either.
          fc.pre(!isDoubtful);
          expect(times.map((at) => format.read(write(at), utc, toEpochMs(0)))).toEqual(times);
          expect(unsorted).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('numbers of days', () => {
  const days = (first: number) => Array.from({ length: 30 }, (_, i) => (first + i / 24).toFixed(5));

  it.each([
    ['of a spreadsheet', 45_352, 'spreadsheet'],
    ["of MATLAB's", 739_312, 'matlab'],
  ])('%s are moments', (_, first, name) => {
    const { format, oldest } = choiceOf(days(first));
    expect([format.name, new Date(oldest).toISOString()]).toEqual([name, '2024-03-01T00:00:00.000Z']);
  });

  it('seconds since the start of a recording are none', () => {
    expect(choiceOf(['0', '0.5', '1', '45352.5']).format.name).toBe('iso');
    expect(choiceOf(['20000', '20060', '20120']).format.name).toBe('iso');
  });
});

it('times of day go on in the next day', () => {
  const { format } = choiceOf(['22:00', '23:00', '00:00']);
  const second = format.read('23:00', utc, toEpochMs(22 * 3_600_000));
  expect([format.name, format.read('00:00', utc, second as never)]).toEqual(['clock', 86_400_000]);
});

it('says where day and month cannot be told apart', () => {
  expect(choiceOf(['03/04/2024 00:00', '03/04/2024 01:00']).isDoubtful).toBe(true);
  expect(choiceOf(['03/04/2024 23:00', '04/04/2024 01:00'])).toMatchObject({
    isDoubtful: false,
    format: { name: 'dmy' },
  });
  expect(choiceOf(['03/04/2024 23:00', '03/05/2024 01:00'])).toMatchObject({
    isDoubtful: false,
    format: { name: 'mdy' },
  });
});

it.each([
  '2023-02-29',
  '31.04.2024',
  '2024-13-01 00:00',
  '24:01',
  '13:00 pm',
  'x',
  '2024-03-01 00:00 somewhere',
  '99999999999999',
])('no format reads %s as a date', (cell) => {
  expect(choiceOf([cell, cell]).readCells === 0 || choiceOf([cell, cell]).format.name === 'iso').toBe(true);
});
