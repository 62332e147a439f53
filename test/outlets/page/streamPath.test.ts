import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStreamPath } from '../../../src/outlets/page/streamPath.ts';

/** Names without half characters, which no address can hold. */
const anyId = fc.string({ unit: 'binary', minLength: 1 }).filter((id) => !/\p{Cs}/u.test(id));

test.each(['', '/history', '/probe'])('an encoded id is found before "%s"', (rest) => {
  void fc.assert(
    fc.property(anyId, (id) => {
      const path = readStreamPath(`/api/streams/${encodeURIComponent(id)}${rest}`);
      expect(path?.ids[0]).toBe(id);
      expect(path?.part).toBe(rest === '' ? 'detail' : rest.slice(1));
    }),
  );
});

test('an id that a proxy has decoded is among those that are tried', () => {
  void fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z%0-9A-F]{1,5}$/), { minLength: 1, maxLength: 3 }), (levels) => {
      const id = levels.join('/');
      fc.pre(!/(?:^|\/)(?:history|probe)$/.test(id));
      expect(readStreamPath(`/api/streams/${id}`)?.ids).toContain(id);
    }),
  );
});

test.each(['/api/streams', '/api/streams/', '/api/stream/x', '/'])('%s is no address of a stream', (path) => {
  expect(readStreamPath(path)).toBeUndefined();
});
