import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import type { JournalBatch } from '../../src/domain/stateStore.ts';
import { toDurationMs } from '../../src/domain/time.ts';
import { Journal } from '../../src/journal/journal.ts';
import { readBatch } from '../../src/journal/readBatch.ts';
import { Redeliveries } from '../../src/journal/redeliveries.ts';
import type { Arrival } from '../../src/pipeline/arrival.ts';
import { journalWith } from '../../src/pipeline/journalWith.ts';
import { deliveryOf, messageOf, sampleOf } from './samples.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('never commits a message without its samples, whatever makes the commit due', async () => {
  const batches: string[][] = [];
  const journal = new Journal({
    append: async (batch: JournalBatch) => {
      const kinds: string[] = [];
      readBatch(batch, ({ kind }) => kinds.push(kind));
      batches.push(kinds);
      await turn();
    },
    position: 0,
    commitInterval: toDurationMs(60_000),
    // Reached within a message.
    mostEntries: 6,
    onFault: 'stop_ack',
    delay: () => () => undefined,
    report: () => undefined,
    onLost: () => undefined,
  });
  const messages = new Subject<Arrival>();
  const operator = journalWith({ journal, redeliveries: new Redeliveries(10), report: () => undefined });
  // Somebody downstream may be in a hurry too, between two samples of one message.
  messages.pipe(operator).subscribe(({ value }) => value === 7 && void journal.reaches(journal.position));
  let acknowledged = 0;
  for (let i = 1; i <= 12; i++) {
    const delivery = deliveryOf(i, { acknowledge: () => void acknowledged++ });
    const samples = [sampleOf('a', i, i % 3 === 0 ? 7 : 1), sampleOf('b', i), sampleOf('c', i)];
    messages.next({ message: { ...messageOf('t', String(i)), delivery }, samples });
    if (i % 2 === 0) await turn();
  }
  await journal.flush();
  await journal.flush();
  expect(acknowledged).toBe(12);
  expect(batches.length).toBeGreaterThan(2);
  const message = ['message', 'sample', 'sample', 'sample'].join();
  expect(batches.map((kinds) => kinds.join().replaceAll(message, 'M').replaceAll(/[,M]/g, ''))).toEqual(
    batches.map(() => ''),
  );
});
