import { expect, test } from 'vitest';
import { ERRORS, TidegateError } from '../../src/domain/errors.ts';
import { HTTP_ERRORS } from '../../src/domain/httpErrors.ts';

/** sysexits.h from EX_USAGE to EX_CONFIG. */
const FIRST_EXIT = 64;
const LAST_EXIT = 78;

test.each(Object.entries(ERRORS))('%s has a sysexits status and says what it means in one cell', (code, error) => {
  expect(code).toMatch(/^TG_[A-Z]+(_[A-Z]+)*$/);
  expect(error.exit).toBeGreaterThanOrEqual(FIRST_EXIT);
  expect(error.exit).toBeLessThanOrEqual(LAST_EXIT);
  expect(error.meaning).toMatch(/^[^|\n]{10,}$/);
});

test('no two codes mean the same', () => {
  const meanings = Object.values(ERRORS).map(({ meaning }) => meaning);
  expect(new Set(meanings).size).toBe(meanings.length);
});

test('an error carries its code, exit status and cause', () => {
  const cause = new Error('below');
  const error = new TidegateError('TG_OUTPUT_FAILED', 'disk full', { cause });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.exit, error.message, error.cause]).toEqual([
    'TidegateError',
    'TG_OUTPUT_FAILED',
    74,
    'disk full',
    cause,
  ]);
});

/** `npx vitest run test/domain/errors.test.ts -u` writes the file anew. */
test('config/errors.md is made from the table', async () => {
  await expect(toErrorReference()).toMatchFileSnapshot('../../config/errors.md');
});

function toErrorReference(): string {
  const rows = Object.entries(ERRORS).map(([code, { exit, meaning }]) => `| \`${code}\` | ${exit} | ${meaning} |`);
  return [
    '# Errors',
    '',
    'Made from the table in `src/domain/errors.ts`; do not edit. A command that fails names the code on stderr and ends with the exit status, which is one of sysexits.h.',
    '',
    '| code | exit | meaning |',
    '|---|---|---|',
    ...rows,
    '',
    'The page and its API answer with these codes (`src/domain/httpErrors.ts`), and with those of requests.md.',
    '',
    '| code | HTTP status | meaning |',
    '|---|---|---|',
    ...Object.entries(HTTP_ERRORS).map(([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`),
    '',
  ].join('\n');
}
