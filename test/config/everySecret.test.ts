import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listConfigOptions } from '../../src/config/optionList.ts';
import { bridgeInfo } from '../../src/outlets/bridge/bridgeInfo.ts';
import { rounds } from '../support/rounds.ts';
import { parse, parseAll } from './context.ts';
import { anySecret, leaksOf, RIGHT_PLACES, WRONG_PLACES } from './secretPlaces.ts';

const readFile = (): string => {
  throw Object.assign(new Error('no'), { code: 'ENOENT' });
};
const MAIN = 'mqtt: {server: "mqtt://h", user: u}\nstreams: [{topic: main}]\n';

/** All that is said of a configuration. */
function said(text: string, read = () => parse(text, { readFile })): string {
  try {
    const config = read();
    return bridgeInfo(config, '1') + JSON.stringify(listConfigOptions(config));
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

test('the same in a file of conf.d', () => {
  void fc.assert(
    fc.property(fc.constantFrom(...WRONG_PLACES, ...RIGHT_PLACES), anySecret, ([name, place], secret) => {
      const text = place(secret);
      const output = said(text, () => parseAll(MAIN, { '1.yaml': text }, {}, { readFile }));
      expect(leaksOf(secret, output), `${name}\n${text}\n→ ${output}`).toEqual([]);
    }),
    { numRuns: rounds(150, 800) },
  );
});

test('the same in a variable of the environment, of whatever name', () => {
  const variables = [
    'MQTT',
    'MQTT__SERVER',
    'MQTT__USER',
    'MQTT__PASSWORD',
    'MQTT__KEY',
    'MQTT__PASSWORT',
    'STREAMS',
    'THREADS',
  ];
  const shapes = [
    'S',
    '"S"',
    '{server: S}',
    '{S: 1}',
    '[S]',
    '!env S',
    '!file S',
    '!env 1 S',
    '!S',
    '*S',
    'mqtt://u:S@h',
    'ws://h/?S',
  ];
  void fc.assert(
    fc.property(fc.constantFrom(...variables), fc.constantFrom(...shapes), anySecret, (name, shape, secret) => {
      const value = shape.replace('S', () => secret);
      const output = said(value, () => parseAll(MAIN, {}, { [`TIDEGATE__${name}`]: value }, { readFile }));
      expect(leaksOf(secret, output), `${name}\n${value}\n→ ${output}`).toEqual([]);
    }),
    { numRuns: rounds(300, 1500) },
  );
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
