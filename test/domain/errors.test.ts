import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, TidegateError } from '../../src/domain/errors.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

describe('the error table', () => {
  it.each(codes)('%s has a name of ours, a status of sysexits.h and a meaning', (code) => {
    const { exit, meaning } = ERRORS[code];
    expect(code).toMatch(/^TG_[A-Z]+(_[A-Z]+)*$/);
    expect(exit).toBeGreaterThanOrEqual(64);
    expect(exit).toBeLessThanOrEqual(78);
    expect(meaning.length).toBeGreaterThan(10);
  });

  it('says a different thing with each code', () => {
    const meanings = codes.map((code) => ERRORS[code].meaning);
    expect(new Set(meanings).size).toBe(codes.length);
  });

  it('keeps the statuses that scripts and the systemd unit rely on', () => {
    expect(ERRORS.TG_CONFIG_INVALID.exit).toBe(78);
    expect(ERRORS.TG_USAGE.exit).toBe(64);
    expect(ERRORS.TG_INPUT_NOT_FOUND.exit).toBe(66);
    expect(ERRORS.TG_INPUT_INVALID.exit).toBe(65);
    expect(ERRORS.TG_OUTPUT_FAILED.exit).toBe(74);
    expect(ERRORS.TG_INTERNAL.exit).toBe(70);
  });
});

describe('TidegateError', () => {
  it('carries code, status, message and cause', () => {
    const cause = new Error('below');
    const error = new TidegateError('TG_OUTPUT_FAILED', 'disk full', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'TidegateError', code: 'TG_OUTPUT_FAILED', exit: 74, message: 'disk full' });
    expect(error.cause).toBe(cause);
  });
});
