import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TidegateError } from '../../src/domain/errors.ts';
import { rounds } from '../support/rounds.ts';
import { errorOf, parse } from './context.ts';

const CANARY = 'hunter2';
const STREAM = 'streams: [{topic: a/b}]\n';

/** Files that are wrong at, or near, a secret. */
const FILES: readonly (readonly [string, string])[] = [
  ['a password without user', `mqtt:\n  server: mqtt://h\n  password: ${CANARY}\n${STREAM}`],
  ['a misspelt key', `mqtt:\n  server: mqtt://h\n  pasword: ${CANARY}\n${STREAM}`],
  ['a badly misspelt key', `mqtt:\n  server: mqtt://h\n  passwrod: ${CANARY}\n${STREAM}`],
  ['another system’s key', `mqtt:\n  server: mqtt://h\n  auth_token: ${CANARY}\n${STREAM}`],
  ['a password in a list', `mqtt:\n  server: mqtt://h\n  password:\n    - ${CANARY}\n${STREAM}`],
  [
    'a password in a list at the level of its key',
    `mqtt:\n  server: mqtt://h\n  password:\n  - ${CANARY}\n  - 2\n${STREAM}`,
  ],
  ['a password as a mapping', `mqtt:\n  server: mqtt://h\n  password:\n    ${CANARY}: 1\n${STREAM}`],
  ['a password without space after its colon', `mqtt:\n  server: mqtt://h\n  password:${CANARY}\n${STREAM}`],
  ['the same in braces', `mqtt: {server: "mqtt://h", password:${CANARY}}\n${STREAM}`],
  ['a password in braces', `mqtt: {server: mqtt://h, password: ${CANARY}, foo: 1}\n${STREAM}`],
  ['a password that looks like a block', `mqtt:\n  server: mqtt://h\n  password: |${CANARY}\n${STREAM}`],
  ['a password that looks like an alias', `mqtt:\n  server: mqtt://h\n  password: *${CANARY}\n${STREAM}`],
  ['a password that looks like a tag', `mqtt:\n  server: mqtt://h\n  password: !${CANARY}\n${STREAM}`],
  ['a password that looks like a directive', `mqtt:\n  server: mqtt://h\n  password: %${CANARY}\n${STREAM}`],
  ['a password with a colon', `mqtt:\n  server: mqtt://h\n  password: a: ${CANARY}\n${STREAM}`],
  ['a password with an escape', `mqtt:\n  server: mqtt://h\n  password: "\\${CANARY}"\n${STREAM}`],
  ['a password with an open quote', `mqtt:\n  server: mqtt://h\n  password: "x\n${CANARY}\n${STREAM}`],
  ['a password with text after its quote', `mqtt:\n  server: mqtt://h\n  password: 'x' ${CANARY}\n${STREAM}`],
  ['a password of several lines', `mqtt:\n  server: mqtt://h\n  password: >-\n    x\n    ${CANARY}\n   y\n${STREAM}`],
  ['a password on the line after its key', `mqtt:\n  server: mqtt://h\n  password:\n${CANARY}\n${STREAM}`],
  ['a password that became a key', `mqtt:\n  server: mqtt://h\n  password:\n  ${CANARY}: 1\n${STREAM}`],
  ['a tagged password', `mqtt:\n  server: mqtt://h\n  password: !env 1 ${CANARY}\n${STREAM}`],
  ['a password in the URL', `mqtt:\n  server: mqtt://u:${CANARY}@h\n${STREAM}`],
  ['a password with @ in the URL', `mqtt:\n  server: mqtt://u:${CANARY}@${CANARY}@h\n${STREAM}`],
  ['a password with a space in the URL', `mqtt:\n  server: mqtt://u:x ${CANARY}@h\n${STREAM}`],
  ['a token in a wrong URL', `mqtt:\n  server: http://h/x?key=${CANARY}\n${STREAM}`],
];

describe('an error message', () => {
  it.each(FILES)('does not hold a secret: %s', (_name, text) => {
    expect(text).toContain(CANARY);
    const error = errorOf(() => parse(text));
    expect(JSON.stringify([error.message, String(error.cause), error.stack])).not.toContain(CANARY);
    expect(error.message).toMatch(/tidegate\.yaml:\d+:\d+: /);
  });

  it('does not tell even the first character of a secret', () => {
    const { message } = errorOf(() => parse(`mqtt:\n  server: mqtt://h\n  password: %${CANARY}\n${STREAM}`));
    expect(message.split('\n')[0]).toBe('tidegate.yaml:3:13: is not valid YAML (put the value in quotes)');
  });

  it('does not hold a secret wherever characters slip into the file', () => {
    const text = `mqtt:\n  server: mqtt://h\n  user: u\n  password: ${CANARY}\n  qos: 9\nstreams:\n  - topic: a/b\n`;
    const key = text.indexOf('password');
    // Not into the key itself: then it is no longer a password's key to anyone.
    const place = fc.nat(text.length).filter((at) => at <= key || at >= key + 'password'.length);
    const slip = fc.record({
      at: place,
      what: fc.string({
        unit: fc.constantFrom(...'"\'|>&*!%@`{}[],:?- #\n\t\\<'.split('')),
        minLength: 1,
        maxLength: 4,
      }),
    });
    void fc.assert(
      fc.property(fc.array(slip, { minLength: 1, maxLength: 3 }), (slips) => {
        const broken = [...slips]
          .sort((a, b) => b.at - a.at)
          .reduce((all, { at, what }) => all.slice(0, at) + what + all.slice(at), text);
        try {
          parse(broken);
        } catch (error) {
          expect(error).toBeInstanceOf(TidegateError);
          expect((error as Error).message).not.toContain(CANARY);
        }
      }),
      { numRuns: rounds(600, 3000) },
    );
  });

  it.each(['server', 'base_topic', 'client_id', 'protocol', 'qos', 'keepalive', 'outbound_buffer', 'insecure', 'ca'])(
    'does not hold what a variable or a file gave for %s',
    (key) => {
      const context = { env: { SECRET: `${CANARY} #+` }, readFile: () => `${CANARY} #+` };
      const rest = key === 'server' ? '' : '  server: mqtt://h\n';
      for (const tag of ['!env SECRET', '!file secret'])
        expect(
          errorOf(() => parse(`mqtt:\n  ${key}: ${tag}\n  x: 1\n${rest}${STREAM}`, context)).message,
        ).not.toContain(CANARY);
    },
  );
});

describe('a secret', () => {
  const withPassword = (value: string) => `mqtt:\n  server: mqtt://h\n  user: u\n  password: ${value}\n${STREAM}`;

  it('comes from a variable, its default where it is not set or empty', () => {
    expect(parse(withPassword('!env PW'), { env: { PW: '0123' } }).mqtt.password).toBe('0123');
    expect(parse(withPassword('!env PW a b'), { env: {} }).mqtt.password).toBe('a b');
    expect(parse(withPassword('!env PW a b'), { env: { PW: '' } }).mqtt.password).toBe('a b');
  });

  it('comes from a file beside the configuration, without its last newline', () => {
    const asked: string[] = [];
    const readFile = (path: string) => {
      asked.push(path);
      return 'pw\n\n';
    };
    expect(parse(withPassword('!file secrets/pw'), { readFile }).mqtt.password).toBe('pw\n');
    expect(asked).toEqual(['/etc/tidegate/secrets/pw']);
  });

  it('that cannot be read has an error code of its own', () => {
    const readFile = () => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };
    const error = errorOf(() => parse(withPassword('!file pw'), { readFile }));
    expect(error.code).toBe('TG_CONFIG_UNREADABLE');
    expect(error.message).toContain('tidegate.yaml:4:13: cannot read the file pw (EACCES)');
  });

  it('is the systemd credential where the file gives none', () => {
    const context = {
      credentialsDirectory: '/run/credentials/tidegate',
      readFile: (path: string) => (path === '/run/credentials/tidegate/mqtt-password' ? 'from systemd\n' : ''),
    };
    expect(parse(`mqtt: {server: mqtt://h, user: u}\n${STREAM}`, context).mqtt.password).toBe('from systemd');
    expect(parse(withPassword('own'), context).mqtt.password).toBe('own');
  });

  it('is not needed as a credential, but must be readable if it is there', () => {
    const failing = (code: string) => ({
      credentialsDirectory: '/run/c',
      readFile: () => {
        throw Object.assign(new Error('no'), { code });
      },
    });
    const text = `mqtt: {server: mqtt://h, user: u}\n${STREAM}`;
    expect(parse(text, failing('ENOENT')).mqtt.password).toBeUndefined();
    expect(errorOf(() => parse(text, failing('EACCES'))).code).toBe('TG_CONFIG_UNREADABLE');
  });
});
