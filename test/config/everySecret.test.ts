import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bridgeInfo } from '../../src/outlets/bridge/bridgeInfo.ts';
import { rounds } from '../support/rounds.ts';
import { parse } from './context.ts';
import { anySecret, leaksOf, RIGHT_PLACES, WRONG_PLACES } from './secretPlaces.ts';

/** All that is said of a configuration. */
function said(text: string): string {
  const readFile = (): string => {
    throw Object.assign(new Error('no'), { code: 'ENOENT' });
  };
  try {
    return bridgeInfo(parse(text, { readFile }), '1');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [error.message, error.stack?.replace(/^ +at .*$/gm, ''), String(error.cause)].join('\n');
  }
}

test('no four characters of a secret are in any message, wherever it stands in the file', () => {
  void fc.assert(
    fc.property(fc.constantFrom(...WRONG_PLACES, ...RIGHT_PLACES), anySecret, ([name, place], secret) => {
      const text = place(secret);
      const output = said(text);
      expect(leaksOf(secret, output), `${name}\n${text}\n→ ${output}`).toEqual([]);
    }),
    { numRuns: rounds(300, 1500) },
  );
});

test('the same for a plain word in each place', () => {
  const secret = 'Zq7Xw9Kj3Vy5';
  const leaks = [...WRONG_PLACES, ...RIGHT_PLACES]
    .map(([name, place]) => [name, leaksOf(secret, said(place(secret)))] as const)
    .filter(([, found]) => found.length > 0);
  expect(leaks).toEqual([]);
});

const addressTwice = WRONG_PLACES.find(([name]) => name === 'server under mqtt, behind others, in an address twice');
if (addressTwice === undefined) throw new Error('no such place');

test('a secret of two lines, and one among tabs and carriage returns', () => {
  void fc.assert(
    fc.property(
      fc.constantFrom(...WRONG_PLACES),
      anySecret,
      fc.constantFrom('\n', '\n  ', '\r\n', '\t', '\r'),
      fc.nat(20),
      ([name, place], secret, gap, at) => {
        const broken = secret.slice(0, at) + gap + secret.slice(at);
        const output = said(place(broken));
        expect(leaksOf(broken, output), `${name}\n${place(broken)}\n→ ${output}`).toEqual([]);
      },
    ),
    { numRuns: rounds(160, 800), examples: [[addressTwice, 'QQQQQQQQ', '\n', 3]] },
  );
});
