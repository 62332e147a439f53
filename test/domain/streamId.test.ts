import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  canNameStream,
  decodeStreamId,
  encodeStreamId,
  isStreamId,
  RESERVED_LAST_LEVELS,
  toStreamId,
} from '../../src/domain/streamId.ts';

/** Names made of what is dangerous: separators, wildcards, our own words, half characters, what looks encoded already. */
const oddName = fc
  .array(
    fc.oneof(
      fc.constantFrom('/', '+', '#', '%', '%2B', '%u', '%U', 'bridge', ...RESERVED_LAST_LEVELS, 'fffe', 'e', '\0'),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('\ufdd0', '\ufffe', '\uffff', '\u{1fffe}', '\u{ffffe}', '\u{10ffff}', '\ud800', '\udc00'),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const MANY = { numRuns: 3000 };

test('leaves ordinary topics and paths as they are', () => {
  expect(toStreamId('zigbee2mqtt/Küche Licht/温度', 'battery.voltage')).toBe(
    'zigbee2mqtt/Küche Licht/温度/battery.voltage',
  );
  expect(toStreamId('a/b', undefined)).toBe('a/b');
  expect(toStreamId('a/b', '')).toBe('a/b/');
});

test('encodes what a topic may not hold', () => {
  expect(encodeStreamId('a+b/#/100%')).toBe('a%2Bb/%23/100%25');
  expect(encodeStreamId('a\0b\nc\x7f\x85')).toBe('a%00b%0Ac%7F%85');
  expect(encodeStreamId('x\ud800y')).toBe('x%ud800y');
  expect(encodeStreamId('x\ufdd0\u{1fffe}')).toBe('x%U00fdd0%U01fffe');
});

test('encodes a first level that is ours, and only there', () => {
  expect(encodeStreamId('bridge')).toBe('%62ridge');
  expect(encodeStreamId('bridge/state')).toBe('%62ridge/state');
  expect(encodeStreamId('house/bridge/state')).toBe('house/bridge/state');
  expect(encodeStreamId('bridges/x')).toBe('bridges/x');
});

test.each(RESERVED_LAST_LEVELS)('encodes the last level %s, and only there', (level) => {
  const encoded = `%${level.charCodeAt(0).toString(16).toUpperCase()}${level.slice(1)}`;
  expect(encodeStreamId(`a/${level}`)).toBe(`a/${encoded}`);
  expect(encodeStreamId(level)).toBe(encoded);
  expect(encodeStreamId(`${level}/a`)).toBe(`${level}/a`);
});

test('leaves no level that would be a way through folders', () => {
  expect(encodeStreamId('../../etc/passwd')).toBe('%2E./%2E./etc/passwd');
  expect(encodeStreamId('a/./b')).toBe('a/%2E/b');
  expect(encodeStreamId('a/.../.b/c.')).toBe('a/.../.b/c.');
});

test('finds names of no use: NUL, half characters, more than 200 bytes as an id', () => {
  expect(['a', 'a/b', '', '温度', '__proto__', '<script>', '..', '+'].every(canNameStream)).toBe(true);
  expect(['a\0', 'a/\ud800', '\udc00b'].some(canNameStream)).toBe(false);
  expect([canNameStream('a'.repeat(200)), canNameStream('a'.repeat(201))]).toEqual([true, false]);
  expect([canNameStream('ü'.repeat(100)), canNameStream('ü'.repeat(101))]).toEqual([true, false]);
  expect([canNameStream('😀'.repeat(50)), canNameStream('😀'.repeat(51))]).toEqual([true, false]);
  // An id holds three bytes for each of them.
  expect([canNameStream('+'.repeat(66)), canNameStream('+'.repeat(67))]).toEqual([true, false]);
});

test('gives every name a topic that brokers accept', () => {
  void fc.assert(
    fc.property(oddName, (name) => {
      const id = encodeStreamId(name);
      expect(id).not.toMatch(/[+#]|\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/u);
      expect(id.split('/').length).toBe(name.split('/').length);
    }),
    MANY,
  );
});

test('never gives two names one id', () => {
  void fc.assert(
    fc.property(oddName, (name) => {
      expect(decode(encodeStreamId(name))).toBe(name);
    }),
    MANY,
  );
});

test('never gives a name the topic of another stream or of the daemon', () => {
  const own = ['', ...RESERVED_LAST_LEVELS.map((level) => `/${level}`)];
  void fc.assert(
    fc.property(oddName, oddName, (name, other) => {
      const id = encodeStreamId(name);
      expect(id.split('/')[0]).not.toBe('bridge');
      expect(RESERVED_LAST_LEVELS).not.toContain(id.split('/').at(-1));
      if (name !== other) expect(own.map((suffix) => encodeStreamId(other) + suffix)).not.toContain(id);
    }),
    MANY,
  );
});

/** The way back. That there is one for every name proves that no two names meet. */
function decode(id: string): string {
  return id.replace(/%(?:u([0-9a-f]{4})|U([0-9a-f]{6})|([0-9A-F]{2}))/g, (_, surrogate, nonCharacter, byte) =>
    String.fromCodePoint(Number.parseInt(surrogate ?? nonCharacter ?? byte, 16)),
  );
}

test('gives back the name of every id', () => {
  const check = (name: string): void => {
    if (canNameStream(name)) expect(decodeStreamId(encodeStreamId(name))).toBe(name);
  };
  fc.assert(fc.property(oddName, check), MANY);
});

describe('an id from outside', () => {
  it('is one that some name has', () => {
    fc.assert(
      fc.property(oddName, (name) => {
        if (name === '' || !canNameStream(name)) return;
        expect(isStreamId(encodeStreamId(name))).toBe(true);
      }),
    );
  });

  it.each([
    '',
    '../x',
    'a/.',
    'x#',
    '+',
    'a%',
    'a%2f',
    'a%41',
    'bridge',
    'a/forecast',
    'a\u0000',
    '%U110000',
    'a'.repeat(201),
  ])('is none as %j', (text) => {
    expect(isStreamId(text)).toBe(false);
  });
});
