import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStreamBook } from '../../../src/adapters/payload/streamBook.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import type { StreamSource } from '../../../src/domain/streamSpec.ts';
import { makeSpec } from '../../fixtures/decoderSetup.ts';

const spec = makeSpec('#', 'auto');
const from = (topic: string): StreamSource => ({ topic, spec });
const id = (name: string): StreamId => name as StreamId;

function collectGarbage(): void {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error('run with --expose-gc');
  gc();
}

describe('createStreamBook', () => {
  it('has the owners of before for as long as its epoch stays the same', () => {
    const claim = fc.record({ stream: fc.nat(12), topic: fc.nat(2), asks: fc.boolean() });
    void fc.assert(
      fc.property(fc.array(claim, { maxLength: 200 }), (claims) => {
        const book = createStreamBook(4);
        const found = new Map<StreamId, { readonly owner: StreamSource; readonly epoch: number }>();
        for (const { stream, topic, asks } of claims) {
          const name = id(`s${stream}`);
          const known = found.get(name);
          // Who asked in this epoch need not ask again: the book forgets nothing meanwhile.
          if (known?.epoch === book.epoch && !asks) continue;
          const { epoch } = book;
          const owner = book.ownerOf(name, from(`t${topic}`));
          if (known !== undefined && known.epoch === epoch) expect(owner).toBe(known.owner);
          found.set(name, { owner, epoch: book.epoch });
        }
      }),
    );
    const book = createStreamBook(4);
    book.ownerOf(id('a'), from('t'));
    const { epoch } = book;
    book.ownerOf(id('a'), from('u'));
    expect(book.epoch).toBe(epoch);
    book.ownerOf(id('b'), from('t'));
    expect(book.epoch).not.toBe(epoch);
  });

  it('never gives a stream to a second source while anybody holds the first, in any order of claims and collections', async () => {
    const claim = fc.record({ stream: fc.nat(40), topic: fc.nat(3), isHeld: fc.boolean() });
    const check = async (claims: readonly { stream: number; topic: number; isHeld: boolean }[]): Promise<void> => {
      const book = createStreamBook(4);
      const held = new Map<StreamId, StreamSource>();
      for (const [i, { stream, topic, isHeld }] of claims.entries()) {
        const name = id(`s${stream}`);
        const owner = book.ownerOf(name, from(`t${topic}`));
        const former = held.get(name);
        if (former !== undefined) expect(owner).toBe(former);
        if (isHeld) held.set(name, owner);
        if (i % 50 !== 49) continue;
        // What was looked at in this turn is not collected before its end.
        await new Promise((resolve) => setImmediate(resolve));
        collectGarbage();
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(claim, { minLength: 100, maxLength: 200 }), check), { numRuns: 10 });
  });

  it('watches no more new names in one turn of the event loop than it may', async () => {
    const book = createStreamBook(10);
    for (let i = 0; i < 50_000; i++) book.ownerOf(id(`${i}`), from(`t/${i}`));
    expect(book.size).toBe(8192);
    await new Promise((resolve) => setImmediate(resolve));
    const owner = book.ownerOf(id('later'), from('later'));
    for (let i = 0; i < 100; i++) book.ownerOf(id(`${i}`), from(`t/${i}`));
    expect(book.find(id('later'))).toBe(owner);
  });

  it('forgets names that nobody holds', async () => {
    const book = createStreamBook(10);
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 1000; i++) book.ownerOf(id(`${round}/${i}`), from(`t/${round}/${i}`));
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    expect(book.size).toBeLessThan(3000);
    expect(book.find(id('0/0'))).toBeUndefined();
    expect(book.ownerOf(id('0/0'), from('other'))).toEqual(from('other'));
  });
});
