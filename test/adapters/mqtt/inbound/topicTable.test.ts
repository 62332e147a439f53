import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TopicTable } from '../../../../src/adapters/mqtt/inbound/topicTable.ts';

const AROUND = Buffer.from('##');

const find = (table: TopicTable, bytes: Uint8Array): string => {
  const block = Buffer.concat([AROUND, bytes, AROUND]);
  const found = table.find(block, AROUND.length, block.length - AROUND.length);
  // What came from the socket is overwritten with what comes next.
  block.fill(0x7a);
  return found;
};

it('gives the text of any bytes, the same as the platform does, however often they come', () => {
  const names = fc.oneof(
    fc.integer({ min: 0, max: 400 }).map((i) => Buffer.from(`plant/${i}/temperature`)),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 6 }),
    fc.constant(Buffer.alloc(600, 'x')),
  );
  fc.assert(
    fc.property(fc.array(names, { maxLength: 1200 }), (all) => {
      const table = new TopicTable();
      for (const bytes of all) expect(find(table, bytes)).toBe(Buffer.from(bytes).toString());
    }),
    { numRuns: 30 },
  );
});

it('starts anew beyond what it remembers, and takes no end of memory', () => {
  const table = new TopicTable();
  for (let i = 0; i < 40_000; i++) expect(find(table, Buffer.from(`flood/${i}`))).toBe(`flood/${i}`);
  for (let i = 0; i < 100; i++) expect(find(table, Buffer.from(`flood/${i}`))).toBe(`flood/${i}`);
});
