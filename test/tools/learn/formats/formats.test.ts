import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../../src/tools/learn/formats/detectFormat.ts';
import { readJsonHistory } from '../../../../src/tools/learn/formats/jsonHistory.ts';
import { readPrometheusText } from '../../../../src/tools/learn/formats/prometheusText.ts';
import { nameOfMetric, parseSelector, selects, seriesName } from '../../../../src/tools/learn/formats/seriesName.ts';
import type { Recorded } from '../../../../src/tools/learn/recorded.ts';
import { utc } from '../../../pipeline/samples.ts';
import { useFolder } from '../../replay/folder.ts';

const folder = useFolder();
const T = 1_764_500_400;

function readJson(value: unknown): { readonly readings: Recorded[]; readonly faults: string[] } {
  const readings: Recorded[] = [];
  const faults: string[] = [];
  readJsonHistory(value, 'here', {
    take: (it) => void readings.push(it),
    faults: { note: (where, what) => void faults.push(`${where}: ${what}`) },
    zone: utc,
  });
  return { readings, faults };
}

const plain = ({ series, at, value, unit }: Recorded): unknown[] => [
  series,
  at,
  value,
  ...(unit === undefined ? [] : [unit]),
];

describe('a format is known by its content', () => {
  it.each([
    ['{"topic":"a","payload":"1"}\n', 'json'],
    ['[[{"entity_id":"sensor.a","state":"1"}]]', 'json'],
    ['\uFEFF{ "status": "success" }', 'json'],
    ['# HELP temp in the hall\n# TYPE temp gauge\ntemp 21 1764500400\n', 'prometheus'],
    [`temp{room="hall"} 21.5 ${T}000\n`, 'prometheus'],
    [`{__name__="temp", room="hall"} 21.5 ${T}000\n`, 'prometheus'],
    ['entity_id,state,last_changed\nsensor.a,1,2026-11-30T00:00:00Z\n', 'table'],
    ['#group,false,false\n#datatype,string,long\n,result,table,_time,_value\n', 'table'],
    ['time temp 3\n', 'table'],
  ])('%j is %s', async (text, format) => {
    expect(await detectFormat(folder.write('some', text))).toBe(format);
    expect(await detectFormat(folder.write('some.gz', gzipSync(text)))).toBe(format);
  });

  it('is an error by name where there is none', async () => {
    await expect(detectFormat(folder.path('none'))).rejects.toMatchObject({ code: 'TG_INPUT_NOT_FOUND' });
    await expect(detectFormat(folder.write('empty', ' \n'))).rejects.toMatchObject({ code: 'TG_INPUT_INVALID' });
  });
});

describe('JSON', () => {
  it('of query_range and of export', () => {
    const metric = { __name__: 'temp', room: 'hall' };
    const name = 'temp{room="hall"}';
    const range = {
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric,
            values: [
              [T, '21.5'],
              [T + 60.5, 'NaN'],
            ],
          },
        ],
      },
    };
    expect(readJson(range)).toEqual({
      readings: [
        { series: name, at: T * 1000, value: '21.5' },
        { series: name, at: T * 1000 + 60_500, value: null },
      ],
      faults: [],
    });
    expect(
      readJson({ metric, values: [21.5, null], timestamps: [T * 1000, T * 1000 + 1] }).readings.map(plain),
    ).toEqual([
      [name, T * 1000, 21.5],
      [name, T * 1000 + 1, null],
    ]);
    expect(readJson({ metric, values: [1], timestamps: [] }).faults).toEqual(['here: no metric with values']);
    expect(readJson({ metric, values: [[null, '1']] }).faults).toEqual(['here value 0: its time cannot be read']);
  });

  it('of the history of Home Assistant, also where only the first state is named', () => {
    const iso = '2026-11-30T11:00:00.5+00:00';
    const at = Date.parse(iso);
    const rest = [
      [
        { entity_id: 'sensor.a', state: '21.5', last_changed: iso, attributes: { unit_of_measurement: '°C' } },
        { state: 'unavailable', last_changed: iso },
      ],
    ];
    expect(readJson(rest).readings.map(plain)).toEqual([
      ['sensor.a', at, '21.5', '°C'],
      ['sensor.a', at, 'unavailable'],
    ]);
    const socket = {
      'sensor.a': [
        { s: '21.5', a: { unit_of_measurement: '°C' }, lu: at / 1000 },
        { s: '22', lu: at / 1000 + 1 },
      ],
    };
    expect(readJson(socket).readings.map(plain)).toEqual([
      ['sensor.a', at, '21.5', '°C'],
      ['sensor.a', at + 1000, '22', '°C'],
    ]);
  });

  it('of records, in long and in wide form', () => {
    expect(readJson({ time: T, sensor: 'a', value: 3 }).readings.map(plain)).toEqual([['a', T * 1000, 3]]);
    expect(readJson({ ts: T, hall: { temperature: 21, open: true }, list: [1] }).readings.map(plain)).toEqual([
      ['hall.temperature', T * 1000, 21],
      ['hall.open', T * 1000, true],
    ]);
    expect(readJson({ sensor: 'a', value: 3 }).faults).toEqual(['here: it has no time that can be read']);
    expect(readJson(7).faults).toEqual(['here: no object']);
  });

  it('throws on none', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void readJson(value)));
  });
});

describe('text of Prometheus', () => {
  async function read(...lines: string[]): Promise<{ readonly readings: unknown[]; readonly faults: string[] }> {
    const readings: unknown[] = [];
    const faults: string[] = [];
    async function* each(): AsyncGenerator<string> {
      yield* lines;
    }
    await readPrometheusText(each(), (it) => void readings.push(plain(it)), {
      note: (where, what) => void faults.push(`${where}: ${what}`),
    });
    return { readings, faults };
  }

  it('has times in seconds or milliseconds, and labels in any order', async () => {
    const { readings, faults } = await read(
      '# TYPE temp gauge',
      `temp{b="2",a="1"} 21.5 ${T}000`,
      `temp{a="1",b="2"} 22 ${T + 1}.5`,
      `plain -1e3 ${T}`,
      `{__name__="temp", a="x}\\"y"} NaN ${T}000`,
      'temp{a="1"} 3',
      'no sample',
      '# EOF',
    );
    expect(readings).toEqual([
      ['temp{a="1",b="2"}', T * 1000, 21.5],
      ['temp{a="1",b="2"}', T * 1000 + 1500, 22],
      ['plain', T * 1000, -1000],
      ['temp{a="x}\\"y"}', T * 1000, null],
    ]);
    expect(faults).toEqual(['line 6: no sample with a time', 'line 7: no sample with a time']);
  });

  it('a selector picks the series that has its labels', () => {
    const series = 'temp{floor="1",room="hall"}';
    expect(
      ['temp', 'temp{room="hall"}', '{room="hall"}', 'temp{room="bath"}', 'other', 'temp{'].map((it) =>
        selects(it, series),
      ),
    ).toEqual([true, true, true, false, false, false]);
  });

  it('a name of a series is read as what it was made of', () => {
    const label = fc.tuple(fc.stringMatching(/^[a-zA-Z][a-z\d]{0,5}$/), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z_]{0,8}$/), fc.array(label, { maxLength: 4 }), (metric, labels) => {
        const name = seriesName({ metric, labels: new Map(labels) });
        expect(nameOfMetric({ __name__: metric, ...Object.fromEntries(labels) })).toBe(name);
        const read = parseSelector(name);
        expect(read && seriesName(read)).toBe(name);
      }),
    );
  });
});
