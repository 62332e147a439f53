import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRequest } from '../../../../src/outlets/bridge/requests/readRequest.ts';

const read = (text: string) => readRequest(Buffer.from(text));
const faultOf = (payload: Uint8Array | string) => readRequest(Buffer.from(payload)).fault?.code;

it.each([
  ['', {}],
  [' ', {}],
  ['{}', {}],
  ['plug/washer/power', 'plug/washer/power'],
  ['"plug"', 'plug'],
  ['12', 12],
  ['null', null],
  ['{"a":1}', { a: 1 }],
])('reads %j', (text, content) => {
  expect(read(text)).toEqual({ transaction: undefined, content, fault: undefined });
});

it.each(['a', 7, true, 'x'.repeat(256)])('takes the transaction %j out of the members', (transaction) => {
  expect(read(JSON.stringify({ a: 1, transaction }))).toEqual({ transaction, content: { a: 1 }, fault: undefined });
});

it('refuses what is no request, by its code', () => {
  expect(faultOf('x'.repeat(16_385))).toBe('TG_REQUEST_TOO_LARGE');
  expect(faultOf(`${'['.repeat(9)}${']'.repeat(9)}`)).toBe('TG_REQUEST_TOO_LARGE');
  expect(faultOf('{"a":')).toBe('TG_REQUEST_INVALID');
  expect(faultOf('[1]')).toBe('TG_REQUEST_INVALID');
  expect(faultOf(Uint8Array.of(0xff))).toBe('TG_REQUEST_INVALID');
  expect(faultOf('{"transaction":{}}')).toBe('TG_REQUEST_INVALID');
  expect(faultOf(JSON.stringify({ transaction: 'x'.repeat(257) }))).toBe('TG_REQUEST_INVALID');
  expect(faultOf('{"a":"[[[[[[[[[[[[\\"{{{{{{{{{{{"}')).toBeUndefined();
});

it('throws on no bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void readRequest(bytes)));
  fc.assert(fc.property(fc.json(), (text) => void read(text)));
});
