import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { toEpochMs } from '../../../src/domain/time.ts';
import { readMessageLine, writeMessageLine } from '../../../src/tools/decode/messageLine.ts';

const NOW = toEpochMs(5);

it('a message comes out of its line as it went in: text, bytes, what was kept, and its time', () => {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 20 }).map((text) => new Uint8Array(Buffer.from(text))),
  );
  const message = fc.record({
    topic: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    payload,
    receivedAt: fc.nat(2 ** 31).map(toEpochMs),
    retained: fc.boolean(),
    contentType: fc.option(fc.constant('application/senml+cbor'), { nil: undefined }),
  });
  void fc.assert(
    fc.property(message, (written) => {
      const line = writeMessageLine(written);
      expect(line).not.toContain('\n');
      const read = readMessageLine(line, NOW);
      if (typeof read === 'string') throw new Error(read);
      expect({ ...read.message, payload: Buffer.from(read.message.payload).toString('hex') }).toEqual({
        ...written,
        payload: Buffer.from(written.payload).toString('hex'),
      });
    }),
  );
});
