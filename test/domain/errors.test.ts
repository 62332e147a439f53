import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS, type ErrorCode, TidegateError } from '../../src/domain/errors.ts';

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

test('the README lists every error, in the order of the table', () => {
  const expected = Object.entries(ERRORS).map(([code, { exit, meaning }]) => `| ${code} | ${exit} | ${meaning} |`);
  expect(readmeRows()).toEqual(expected satisfies readonly string[]);
  expect(readmeRows()).toHaveLength(Object.keys(ERRORS satisfies Record<ErrorCode, unknown>).length);
});

/** The rows between the table's header and the next blank line. */
function readmeRows(): string[] {
  const lines = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').split('\n');
  const header = lines.indexOf('| code | exit | meaning |');
  expect(header, 'README.md has the header of the error table').toBeGreaterThan(0);
  return lines.slice(header + 2, lines.indexOf('', header));
}
