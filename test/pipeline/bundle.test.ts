import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { isReading, type StreamInput } from '../../src/domain/streamInput.ts';
import type { Arrival } from '../../src/pipeline/arrival.ts';
import { inBundles, messagesOf, withInputs } from '../../src/pipeline/bundle.ts';
import { journalWith } from '../../src/pipeline/journalWith.ts';
import { orderBacklog } from '../../src/pipeline/orderBacklog.ts';
import { entriesOf } from '../state/log/entries.ts';
import { JournalMedium } from '../state/log/medium.ts';
import { arrivalOf, deliveryOf, headOf, ignore, lendEach, messageOf, owedOf, repeatsOf, sampleOf } from './samples.ts';

const LOOKS_MS = 300;

const nameOf = (input: StreamInput): string => `${input.stream}${input.at}`;
const namesOf = ({ inputs }: Arrival): string => inputs.map(nameOf).join(' ');
const headsOf = ({ message, bundle }: Arrival): string =>
  (bundle?.heads ?? [message]).map(({ topic, receivedAt }) => `${topic}${receivedAt}`).join(' ');

describe('inBundles', () => {
  const burst = ['a', 'b', 'c', 'd', 'e'].map((topic, i) => arrivalOf(topic, i, deliveryOf(i + 1)));
  const inOrder = (...places: number[]): readonly Arrival[] =>
    inBundles(
      burst,
      places.map((place) => burst[place] as Arrival),
    );

  it('leaves arrivals alone that keep their places', () => {
    expect(inOrder(0, 1, 2, 3, 4)).toEqual(burst);
  });

  it('puts those together that change places, and what stands between them: receipts as they came, inputs as they count', () => {
    const arrivals = inOrder(0, 3, 2, 1, 4);
    expect(arrivals.map(namesOf)).toEqual(['a0', 'd3 c2 b1', 'e4']);
    expect(arrivals.map(headsOf)).toEqual(['a0', 'b1 c2 d3', 'e4']);
    expect(arrivals[1]?.bundle?.owners).toEqual([2, 1, 0]);
    expect(arrivals.map(messagesOf)).toEqual([1, 3, 1]);
  });

  it('makes bundles as small as may be', () => {
    expect(inOrder(1, 0, 2, 4, 3).map(headsOf)).toEqual(['a0 b1', 'c2', 'd3 e4']);
    expect(inOrder(4, 0, 1, 2, 3).map(headsOf)).toEqual(['a0 b1 c2 d3 e4']);
  });

  it('has the inputs of each message under its own receipt, whatever is left out of it', () => {
    const [bundle] = inOrder(1, 0, 2, 3, 4) as [Arrival];
    const rest = withInputs(bundle, (input) => (input.stream === 'b' ? undefined : { ...input }));
    expect([namesOf(rest), headsOf(rest), rest.bundle?.owners]).toEqual(['a0', 'a0 b1', [0]]);
  });
});

/** A message of a connection, whose content is alone of its kind. */
function messageAt(number: number, topic: string, at: number, connection: number, packetId: number): Arrival {
  const delivery = deliveryOf(packetId, { connection, isResumed: true, window: 1e9, firstPacketId: 2 });
  const message = messageOf(topic, `${number}`, at);
  return {
    message: headOf(owedOf({ ...message, receivedAt: sampleOf(topic, 1e9).at }, delivery)),
    inputs: [sampleOf(topic, at)],
  };
}

/** One process that takes messages in. @param known batches of its journal that the process before has left */
async function live(messages: readonly Arrival[], mostEntries: number, known: JournalMedium['taken'] = []) {
  const medium = new JournalMedium({ mostEntries });
  const repeats = repeatsOf(1000, medium.time.clock);
  for (const [position, entry] of known.flatMap(entriesOf))
    if (entry.kind === 'message') repeats.note(entry.key, position);
  const source = new Subject<Arrival>();
  const taken: string[] = [];
  source
    .pipe(
      lendEach(),
      orderBacklog({ repeats, maxBytes: 1e9, delay: medium.time.delay }),
      journalWith({ journal: medium.journal, repeats, report: ignore }),
    )
    .subscribe((input) => taken.push(nameOf(input)));
  for (const message of messages) source.next(message);
  await medium.time.pass(LOOKS_MS);
  return { taken, batches: medium.taken };
}

describe('a burst that is put in time', () => {
  it('is taken once, wherever a crash cuts it, from a broker that repeats with neither id nor DUP', async () => {
    const message = fc.record({
      topic: fc.constantFrom('a', 'b', 'c'),
      // Kept for an hour, or sent a moment ago.
      ago: fc.oneof(fc.integer({ min: 3_600_000, max: 3_700_000 }), fc.integer({ min: 0, max: 900 })),
    });
    const lives = fc.record({
      messages: fc.uniqueArray(message, { minLength: 2, maxLength: 30, selector: ({ ago }) => ago }),
      mostEntries: fc.integer({ min: 1, max: 40 }),
      kept: fc.integer({ min: 0, max: 3 }),
      // Those that the first process sees: with what has come since, a burst has another order.
      seen: fc.integer({ min: 1, max: 30 }),
    });
    let bundled = 0;
    await fc.assert(
      fc.asyncProperty(lives, async ({ messages, mostEntries, kept, seen }) => {
        const all = (connection: number, firstId: number): readonly Arrival[] =>
          messages.map(({ topic, ago }, i) => messageAt(i, topic, 1e9 - ago, connection, firstId + i));
        const first = await live(all(1, 2).slice(0, seen), mostEntries);
        const known = first.batches.slice(0, kept);
        const durable = known.flatMap(entriesOf).flatMap(([, entry]) => (isInput(entry) ? [nameOf(entry)] : []));
        const second = await live(all(2, 102), mostEntries, known);
        const sent = messages.map(({ topic, ago }) => `${topic}${1e9 - ago}`);
        if (first.taken.join() !== sent.slice(0, seen).join()) bundled++;
        expect([...durable, ...second.taken].sort()).toEqual([...sent].sort());
      }),
      { numRuns: 300 },
    );
    // Some were not in order.
    expect(bundled).toBeGreaterThan(30);
  });
});

function isInput(entry: ReturnType<typeof entriesOf>[number][1]): entry is StreamInput {
  return isReading(entry as StreamInput);
}
