import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../src/adapters/payload/decoder.ts';
import type { TimeSettings } from '../../../src/domain/streamSettings.ts';
import { ARRIVAL, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

function make(time: Partial<TimeSettings> = {}): Decoder {
  const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
  return createDecoder({ ...options, specs: [makeSpec('t', 'auto', { time })], maxTopics: 10 });
}

function read(json: unknown, { decode }: Decoder = make()): unknown {
  const { samples, drops } = decode(inbound('t', JSON.stringify(json)));
  return [...samples.map(({ stream, value }) => `${stream.slice(2)}=${value}`), ...drops.map(({ reason }) => reason)];
}

describe('createAutoFields', () => {
  it('takes numbers and numeric texts down to eight levels of keys, and counts what lies deeper', () => {
    const message = {
      a: 1,
      b: { c: '2', d: { e: 3, f: { g: { h: { i: { j: 4, k: { l: 4, m: { n: 5 } } } } } } } },
      h: 'text',
      i: true,
    };
    expect(read(message)).toEqual(['a=1', 'b.c=2', 'b.d.e=3', 'b.d.f.g.h.i.j=4', 'b.d.f.g.h.i.k.l=4', 'too-deep']);
  });

  it('does not count what lies deep and holds no number', () => {
    const deep = [...'abcdefghi'].reduceRight<unknown>((value, key) => ({ [key]: value }), 'text');
    expect(read({ v: 1, deep })).toEqual(['v=1']);
  });

  it('takes the positions of an array of numbers, but no objects in it deeper than three levels', () => {
    expect(read({ a: { b: { c: [1, 2], d: [{ e: 3 }] } }, f: [{ g: 4 }] })).toEqual([
      'a.b.c.0=1',
      'a.b.c.1=2',
      'f.0.g=4',
      'too-deep',
    ]);
  });

  it('passes over housekeeping names and blocks, in any case, with all below them', () => {
    const names = ['linkquality', 'RSSI', 'channel_rssi', 'UptimeSec', 'minute_ts', 'id', 'deviceId', 'channel', 'Lat'];
    const message = Object.fromEntries([...names, 'sw_version', 'f_cnt', 'Heap', '$x'].map((name) => [name, 1]));
    expect(read({ ...message, update: { size: 1 }, rx_metadata: [{ gain: 2 }], grid: 5 })).toEqual(['grid=5']);
  });

  it('remembers no long names of fields, and says the same of them each time', () => {
    const limits = { ...LIMITS, payload: 65_536 };
    const options = { limits, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
    const decoder = createDecoder({ ...options, specs: [makeSpec('t', 'auto')], maxTopics: 10 });
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 300; i++) {
      const long = `${i}`.padEnd(30_000, 'x');
      expect(read({ [long]: 1, [`${long}y`]: { z: 1 }, v: i }, decoder)).toEqual([`v=${i}`, 'bad-name']);
    }
    // V8 keeps the shapes of objects, and with them the names of their properties, over some collections.
    for (let i = 0; i < 5; i++) globalThis.gc?.();
    // As many as are remembered of a topic would be 7 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(3e6);
  });

  it('takes the configured time for no reading', () => {
    expect(read({ at: 1_773_143_999, v: 2 }, make({ path: 'at' }))).toEqual(['v=2']);
  });

  it('gives the first of two fields that come to one name', () => {
    const decoder = make();
    expect(read({ a: { b: 1 }, c: 2 }, decoder)).toEqual(['a.b=1', 'c=2']);
    expect(read({ 'a.b': 3 }, decoder)).toEqual(['a.b=3']);
  });

  it.each([
    [{ state: 'ON' }, 'no-field'],
    [{ v: null, name: 'x' }, 'missing'],
    [{ v: 'NaN' }, 'missing'],
    [{ v: null, w: '1e400' }, 'not-finite'],
    [[5, 6], 'not-a-number'],
    [[], 'no-field'],
    [{ linkquality: null }, 'no-field'],
  ])('gives one drop for %j', (message, reason) => {
    expect(read(message)).toEqual([reason]);
  });

  it('is silent about fields without a value beside others that have one', () => {
    expect(read({ v: null, w: 1 })).toEqual(['w=1']);
  });

  it('dates each field by the objects around it, not by those beside it', () => {
    const { samples } = make().decode(inbound('t', `{"a":{"ts":${ARRIVAL - 5000},"v":1},"b":{"v":2}}`));
    expect(samples.map(({ at }) => at)).toEqual([ARRIVAL - 5000, ARRIVAL]);
  });

  it('drops a record whose time cannot be read where no other time is allowed', () => {
    const batch = [
      { ts: 'soon', v: 1 },
      { ts: 1_773_143_999, v: 2 },
    ];
    expect(read(batch, make({ sanity: false }))).toEqual(['v=2', 'bad-time']);
  });

  it('makes at most 64 streams of a topic and says so', () => {
    const decoder = make();
    const numbers = (prefix: string, count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, i]));
    expect(read(numbers('a', 70), decoder)).toEqual([
      ...Array.from({ length: 64 }, (_, i) => `a${i}=${i}`),
      'too-many-streams',
    ]);
    expect(read(numbers('b', 3), decoder)).toEqual(['too-many-streams']);
    expect(read({ a63: 9 }, decoder)).toEqual(['a63=9']);
  });
});
