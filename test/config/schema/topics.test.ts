import { describe, expect, it } from 'vitest';
import { faultOfFilter, faultOfName, faultOfStreamName, isBelow } from '../../../src/config/schema/topics.ts';

describe('faultOfFilter', () => {
  it.each(['a', '/', 'a/b', '/a', 'a//b', '#', '+', 'a/#', '+/+/#', 'sport/+/player1', '$SYS/#', 'ä/ö', 'a b'])(
    'takes %j',
    (filter) => {
      expect(faultOfFilter(filter)).toBeUndefined();
    },
  );

  it.each([
    '',
    'a#',
    'a/#/b',
    '#/a',
    'a+',
    '+a/b',
    'a/+b',
    'a\u0000',
    'a\nb',
    '\ud800',
    '$share/g/a',
    'x'.repeat(65_536),
  ])('refuses %j', (filter) => {
    expect(faultOfFilter(filter)).toEqual(expect.any(String));
  });

  it('counts bytes, not characters', () => {
    expect(faultOfFilter('ä'.repeat(32_767))).toBeUndefined();
    expect(faultOfFilter('ä'.repeat(32_768))).toMatch(/65535 bytes/);
  });
});

describe('faultOfName', () => {
  it.each(['a', 'a/b', 'a b', 'ä'])('takes %j', (name) => expect(faultOfName(name)).toBeUndefined());
  it.each(['', '/a', 'a/', 'a//b', 'a/+', '#', 'a\u0007'])('refuses %j', (name) =>
    expect(faultOfName(name)).toEqual(expect.any(String)),
  );
});

describe('faultOfStreamName', () => {
  it.each(['boiler', 'line3/pump1', 'set/a', 'a/bridge'])('takes %j', (name) =>
    expect(faultOfStreamName(name)).toBeUndefined(),
  );
  it.each(['bridge', 'bridge/a', 'a/set', 'forecast', 'a/anomaly', '50%'])('refuses %j', (name) => {
    expect(faultOfStreamName(name)).toEqual(expect.any(String));
  });
});

describe('isBelow', () => {
  it('compares whole levels', () => {
    expect(['t', 't/a', 't/+/b', 't/#', 'ta', 'a/t', '#', '+/a'].map((filter) => isBelow(filter, 't'))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
