import fc from 'fast-check';

/** A configuration with a secret `S` in it. */
export type SecretPlace = readonly [name: string, text: (secret: string) => string];

const STREAM = 'streams: [{topic: a/b}]\n';
const mqtt = (...lines: string[]): string => `mqtt:\n${lines.map((line) => `  ${line}\n`).join('')}${STREAM}`;
const q = (secret: string): string => JSON.stringify(secret);
const URL_PART = /[^\w.~-]/g;
const escaped = (secret: string): string => secret.replace(URL_PART, (c) => `%${c.charCodeAt(0).toString(16)}`);

/** Configurations that are right: the secret is where it belongs. */
export const RIGHT_PLACES: readonly SecretPlace[] = [
  ['the password', (s) => mqtt('server: mqtt://127.0.0.1:1', 'user: bob', `password: ${q(s)}`)],
  ['the default of a variable', (s) => mqtt('server: mqtt://127.0.0.1:1', 'user: bob', `password: !env TG_NONE ${s}`)],
  ['a token in the address', (s) => mqtt(`server: ws://127.0.0.1:1/mqtt?token=${escaped(s)}`)],
  ['the path of the address', (s) => mqtt(`server: ws://127.0.0.1:1/${escaped(s)}`)],
  ['the user', (s) => mqtt('server: mqtt://127.0.0.1:1', `user: ${q(s)}`, 'password: x')],
];

/** The secret as it is, in the place of a value. */
const VALUES: readonly SecretPlace[] = [
  ['as it is', (s) => s],
  ['in quotes', q],
  ['in single quotes', (s) => `'${s}'`],
  ['in an address', (s) => `mqtt://bob:${s}@host`],
  ['in an address in quotes', (s) => q(`mqtt://bob:${s}@host:1883`)],
  ['in an address twice', (s) => `mqtt://${s}:${s}@host`],
  ['in an address without host', (s) => `mqtt://bob:${s}`],
  ['in an address without scheme', (s) => `bob:${s}@host`],
  ['in an address with half a scheme', (s) => `mqtt:/bob:${s}@host`],
  ['in a query', (s) => `mqtt://host?token=${s}`],
  ['in a query of a websocket', (s) => `wss://host:99999/x?${s}`],
  ['in an address of two lines', (s) => `"mqtt://bob:${s.slice(0, 5)}\n    ${s.slice(5)}@host"`],
  ['in a list', (s) => `[x, ${q(s)}]`],
  ['in a list of lines', (s) => `\n    - x\n    - ${s}`],
  ['in a mapping', (s) => `{x: ${q(s)}}`],
  ['in a mapping of lines', (s) => `\n    x: ${s}\n    y: 1`],
  ['in a block', (s) => `|\n    x\n    ${s}\n    y`],
  ['in a folded block that goes wrong', (s) => `>-\n    x\n    ${s}\n   y`],
  ['in a comment', (s) => `x # was ${s}`],
  ['with an open quote', (s) => `"${s.replaceAll('"', '')}`],
  ['behind a tag', (s) => `!env 1 ${s}`],
  ['as a tag', (s) => `!${s.replace(/\W/g, '')}`],
  ['behind !env', (s) => `!env ${s.replace(/\W/g, '')}`],
  ['behind !file', (s) => `!file ${s}`],
  ['as an alias', (s) => `*${s.replace(/\W/g, '')}`],
];

const KEYS = ['server', 'password', 'user', 'passwort', 'psk', 'pw', 'login', 'api_key', 'key', 'broker'] as const;

/** Where a key with its value may stand. `v` begins on the line of its key. */
const FRAMES: readonly SecretPlace[] = [
  ['under mqtt', (pair) => `mqtt:\n  ${pair}\n  qos: 9\n${STREAM}`],
  ['under mqtt, behind others', (pair) => `mqtt:\n  server: mqtt://h\n  qos: 9\n  ${pair}\n${STREAM}`],
  ['in braces', (pair) => `mqtt: {qos: 9, ${pair}}\n${STREAM}`],
  ['in braces, before others', (pair) => `mqtt: {${pair}, qos: 9}\n${STREAM}`],
  ['at the root', (pair) => `mqtt: {server: "mqtt://h"}\n${pair}\n${STREAM}`],
  ['before all', (pair) => `${pair}\nmqtt: {server: "mqtt://h", qos: 9}\n${STREAM}`],
  ['in another section', (pair) => `mqtt: {server: "mqtt://h"}\nstate:\n  ${pair}\n  dir: [1]\n${STREAM}`],
  ['in a stream', (pair) => `mqtt: {server: "mqtt://h"}\nstreams:\n  - topic: a\n    ${pair}\n`],
  ['in the defaults', (pair) => `mqtt: {server: "mqtt://h"}\ndefaults:\n  ${pair}\n${STREAM}`],
];

const SECTIONS: readonly SecretPlace[] = VALUES.flatMap(([name, value]) => [
  [`mqtt itself, ${name}`, (s) => `mqtt: ${value(s)}\n${STREAM}`],
]);

/** Configurations that are wrong, or that put a secret where none belongs. */
export const WRONG_PLACES: readonly SecretPlace[] = [
  ...SECTIONS,
  ...FRAMES.flatMap(([frame, around]) =>
    KEYS.flatMap((key) =>
      VALUES.map(([name, value]): SecretPlace => [`${key} ${frame}, ${name}`, (s) => around(`${key}: ${value(s)}`)]),
    ),
  ),
];

const LETTERS = 'QXZJKWVYqxzjkwvy0123456789'.split('');
const SIGNS = '@:/?#&=+%\'"{}[],!|>*~$^().;<-_ '.split('');

/** Eight to twenty characters, most of them letters that no other word of a message has in a row. */
export const anySecret: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...LETTERS) }, fc.constantFrom(...SIGNS)), {
    minLength: 8,
    maxLength: 20,
  })
  .map((all) => all.join('').trim())
  .filter((secret) => piecesOf(secret).length > 0);

/** Four characters in a row by which a secret is known. */
function piecesOf(secret: string): readonly string[] {
  const pieces: string[] = [];
  for (let i = 0; i + 4 <= secret.length; i++) pieces.push(secret.slice(i, i + 4));
  return pieces.filter((piece) => /\w.*\w.*\w/.test(piece) && !/^[\d.:-]*$/.test(piece));
}

/** Pieces of the secret that the output holds, as they are or as they look in a JSON text or an address. */
export function leaksOf(secret: string, output: string): readonly string[] {
  const shapes = [output, output.replaceAll('\\"', '"').replaceAll('\\\\', '\\')];
  const spellings = (piece: string): readonly string[] => [piece, escaped(piece)];
  return piecesOf(secret).filter((piece) =>
    spellings(piece).some((each) => shapes.some((shape) => shape.includes(each))),
  );
}
