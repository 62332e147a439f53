import { expect, it } from 'vitest';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import type { Stateful } from '../../src/model/stateIo.ts';

const SUBJECT: Stateful = {
  exchange(io) {
    io.number('n', -2);
    const part = io.within('part');
    part.array('x', Uint8Array.of(9, 8, 7));
    part.array('xy', Uint8Array.of(6));
    part.array('z', new Uint8Array(256));
  },
};

it('writes the documented bytes', () => {
  const bytes = saveSnapshot(SUBJECT, 'ab');
  const schema = [2, 0, 0, 0, 0x61, 0x62];
  // One number needs no count.
  const number = [0, 1, 0x6e, 0x81, 0, 0, 0, 0, 0, 0, 0, 0xc0];
  const array = [0, 6, 0x70, 0x61, 0x72, 0x74, 0x2e, 0x78, 0x42, 3, 9, 8, 7];
  // Its name begins with the six characters of the one before.
  const next = [6, 1, 0x79, 0x82, 6];
  const long = [5, 1, 0x7a, 2, 0, 1, 0, 0, ...new Uint8Array(256)];
  expect([...bytes.subarray(0, 4)]).toEqual([...new TextEncoder().encode('TGSN')]);
  expect([...bytes.subarray(8)]).toEqual([5, 0, 0, 0, ...schema, ...number, ...array, ...next, ...long]);
});

it('is the same for the same state', () => {
  expect(saveSnapshot(SUBJECT, 'ab')).toEqual(saveSnapshot(SUBJECT, 'ab'));
});

it('takes an array that is a view of a larger one by itself', () => {
  const view = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
  const whole = Float64Array.of(2, 3);
  const save = (array: Float64Array): Uint8Array => saveSnapshot({ exchange: (io) => io.array('x', array) }, 'same');
  expect(save(view)).toEqual(save(whole));
});
