import { expect, it } from 'vitest';
import { toSendableError, toSendableEvent } from '../../../src/hosts/threads/sendableEvent.ts';
import { idOf } from '../../pipeline/samples.ts';

const failed = (error: unknown) => ({ type: 'LearnerFailed', stream: idOf('a'), error }) as const;

it.each([
  ['an error with a function in it', Object.assign(new TypeError('odd'), { f: () => 1 }), 'odd'],
  ['an error with such a cause', new Error('outer', { cause: () => 1 }), 'outer'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['a function', () => 1, '() => 1'],
  ['nothing', undefined, 'undefined'],
])('can send %s', (_, error, message) => {
  const sent = structuredClone(toSendableEvent(failed(error)));
  expect(sent).toMatchObject({ type: 'LearnerFailed', stream: 'a', error: expect.any(Error) });
  expect(sent.type === 'LearnerFailed' && (sent.error as Error).message).toBe(message);
});

it('keeps the stack, which also names the kind of error', () => {
  const error = new RangeError('too far');
  expect(structuredClone(toSendableError(error)).stack).toBe(error.stack);
});

it('leaves other events as they are', () => {
  const event = { type: 'InputDropped', reason: 'no-memory', topic: 'a' } as const;
  expect(toSendableEvent(event)).toBe(event);
});
