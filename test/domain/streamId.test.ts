import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeStreamId, RESERVED_FIRST_LEVEL, RESERVED_LAST_LEVELS, toStreamId } from '../../src/domain/streamId.ts';

/** Pieces that make collisions likely: what is encoded, what encodings look like, and what is ours. */
const pieces = fc.constantFrom(
  ...['a', 'e', '0', '/', '+', '#', '%', '%25', '%2B', '%62ridge', 'bridge', 'forecast', 'set', '%73et', 'anomaly'],
  ...[
    '\0',
    '\x1f',
    '\x7f',
    '\x80',
    '\x9f',
    '\ud800',
    '\udfff',
    '%ud800',
    'ÿ',
    '😀',
    '\uffff',
    '\u{1fffe}',
    '\u{dfffe}',
  ],
);
const names = fc.oneof(
  fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

describe('encodeStreamId', () => {
  it('gives a topic that any broker takes, whatever the name', () => {
    fc.assert(
      fc.property(names, (name) => {
        const id = encodeStreamId(name);
        expect(id).not.toMatch(/[+#\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u);
        const levels = id.split('/');
        expect(levels[0]).not.toBe(RESERVED_FIRST_LEVEL);
        expect(RESERVED_LAST_LEVELS).not.toContain(levels.at(-1));
        expect(levels).toHaveLength(name.split('/').length);
      }),
      { numRuns: 2000 },
    );
  });

  it('never gives two names one id', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        if (a !== b) expect(encodeStreamId(a)).not.toBe(encodeStreamId(b));
      }),
      { numRuns: 5000 },
    );
  });

  it('tells names apart that look like encodings of each other', () => {
    const alike = [
      '+',
      '%2B',
      '%252B',
      'bridge',
      '%62ridge',
      'set',
      '%73et',
      '\ud800',
      '%ud800',
      '\udfffe',
      '\u{dfffe}',
    ];
    const more = ['\ufffe', '\uffffe', '\u{ffffe}', '%EF%BF%BE', '\x80', '%80', 'ï¿¾'];
    const ids = [...alike, ...more].map(encodeStreamId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['zigbee2mqtt/kitchen/temperature', 'zigbee2mqtt/kitchen/temperature'],
    ['Küche/Größe 😀', 'Küche/Größe 😀'],
    ['a+b#c%', 'a%2Bb%23c%25'],
    ['tab\there\0', 'tab%09here%00'],
    ['bridge/x', '%62ridge/x'],
    ['x/bridge', 'x/bridge'],
    ['x/forecast', 'x/%66orecast'],
    ['forecast/x', 'forecast/x'],
    ['set', '%73et'],
    ['a\uffffb', 'a%EF%BF%BFb'],
    ['a\ud800b', 'a%ud800b'],
    ['//', '//'],
  ])('encodes %j as %s', (name, id) => {
    expect(encodeStreamId(name)).toBe(id);
  });
});

describe('toStreamId', () => {
  it('joins topic and path, and takes the topic alone for a plain number', () => {
    expect(toStreamId('tele/plug/SENSOR', 'ENERGY.Power')).toBe('tele/plug/SENSOR/ENERGY.Power');
    expect(toStreamId('sensor/state', undefined)).toBe('sensor/state');
    expect(toStreamId('sensor', 'set')).toBe('sensor/%73et');
  });
});
