import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showPayload, showRefused } from '../../../src/adapters/payload/refusedValue.ts';
import { STRICT_NOTATION } from '../../../src/domain/notation.ts';

const show = (value: unknown, path: string | undefined = 'temp', topic = 't'): unknown =>
  showRefused('not-a-number', value, path, topic, STRICT_NOTATION);

describe('a refused value', () => {
  it('is shown with its field, shortened', () => {
    expect(show('ajar')).toEqual({ value: 'ajar', field: 'temp' });
    expect(show('x '.repeat(500))).toEqual({ value: `${'x '.repeat(20)}…`, field: 'temp' });
    expect(show('a '.repeat(19).concat('b🌡🌡'))).toMatchObject({ value: `${'a '.repeat(19)}b…` });
    expect(showRefused('not-a-number', 'ajar', undefined, 'door', STRICT_NOTATION)).toEqual({ value: 'ajar' });
  });

  it.each([
    ['21,5', 'parse: lenient'],
    ['21.5 °C', 'parse: lenient'],
    ['1,210', 'parse: lenient, and decimal: comma or point'],
    ['on', 'map, or with source: booleans: on'],
    [true, 'map, or with source: booleans: on'],
    ['ajar', undefined],
    ['12:30', undefined],
  ])('has a remedy: %s', (value, remedy) => {
    expect((show(value) as { readonly remedy?: string }).remedy).toBe(remedy);
  });

  it('is asked for its mark where everything else is lenient', () => {
    const notation = { isLenient: true, decimal: undefined };
    expect(showRefused('not-a-number', '1,210', 'v', 't', notation)?.remedy).toBe('decimal: comma, or decimal: point');
    expect(showRefused('not-a-number', '5 W 6', 'v', 't', notation)?.remedy).toBeUndefined();
  });

  it.each([
    ['hunter2', 'wifi.password'],
    ['hunter2', 'auth.pwd'],
    ['hunter2', 'api_key'],
    ['hunter2', 'lock.code'],
    ['hunter2', 'net.SSID'],
    ['Bearer abc', 'v'],
    ['mqtt://joe:pw@host', 'v'],
    ['{"token":"x"}', 'v'],
    ['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', 'v'],
    ['0123456789abcdef0123456789abcdef', 'v'],
  ])('is not shown where it may be a secret: %s in %s', (value, path) => {
    expect(show(value, path)).toBeUndefined();
  });

  it('is not shown where its topic names a secret', () => {
    expect(showRefused('not-a-number', 'hunter2', undefined, 'home/wifi/password', STRICT_NOTATION)).toBeUndefined();
  });

  it('is no longer than 41 characters, whatever it is, and takes no time', () => {
    void fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.anything()), (value) => {
        expect(((show(value) as { readonly value: string } | undefined)?.value ?? '').length).toBeLessThanOrEqual(41);
      }),
    );
    for (const text of ['1'.repeat(1e6), 'a1'.repeat(1e6), ' '.repeat(1e6), '='.repeat(1e6)]) show(text);
  });

  it('is a payload by its beginning', () => {
    expect(showPayload(Buffer.from('{"a": 21.5'))).toEqual({ value: '{"a": 21.5' });
    expect(showPayload(Buffer.from('{"a": 21.5, "password": "hunter2"'))).toBeUndefined();
    expect(showPayload(Buffer.from(`{"b": ${'1 '.repeat(1000)}`))?.value).toHaveLength(41);
  });
});
