import { map, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Decode } from '../../src/domain/decode.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import { type Arrival, ownArrival } from '../../src/pipeline/arrival.ts';
import { decodeWith } from '../../src/pipeline/decodeWith.ts';
import { marbles } from '../support/marbles.ts';
import { deliveryOf, headOf, labelOf, messageOf, sampleOf } from './samples.ts';

const bug = new Error('planted');

/** Comma-separated numbers, one stream per position; `?` is refused, `!` is a bug. */
const decode: Decode = ({ topic, payload, receivedAt }) => {
  const text = new TextDecoder().decode(payload);
  if (text === '!') throw bug;
  const fields = text.split(',').map((field, i) => ({ name: `${topic}/${i}`, field }));
  return {
    samples: fields.filter(({ field }) => field !== '?').map(({ name, field }) => sampleOf(name, receivedAt, +field)),
    drops: fields.filter(({ field }) => field === '?').map(({ name }) => ({ reason: 'missing', topic: name })),
  };
};

const messages = {
  a: messageOf('hall', '20.5,48'),
  b: messageOf('hall', '?,50'),
  x: messageOf('hall', '!'),
};

describe('decodeWith', () => {
  it('passes the samples of each message on, in their order', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-|', messages);
      const expected = '   -s-u-|';

      expectObservable(source.pipe(decodeWith({ decode, report: () => undefined }), map(ownArrival))).toBe(expected, {
        s: { message: headOf(messages.a), inputs: [sampleOf('hall/0', 0, 20.5), sampleOf('hall/1', 0, 48)] },
        u: { message: headOf(messages.b), inputs: [sampleOf('hall/1', 0, 50)] },
      });
    });
  });

  it('tells who watches the time of the first stream of each message that has a reading', () => {
    const source = new Subject<Inbound>();
    const arrived: string[] = [];
    const latency = { arrived: (stream: string) => void arrived.push(stream), issued: () => undefined };
    source.pipe(decodeWith({ decode, report: () => undefined, latency })).subscribe();
    for (const message of [messages.a, messages.x, messages.b, messageOf('hall', '?')]) source.next(message);
    expect(arrived).toEqual(['hall/0', 'hall/1']);
  });

  it('passes the labels of a message on behind its samples, and counts them', () => {
    const label = labelOf('hall/0', 1);
    const source = new Subject<Inbound>();
    const seen: Arrival[] = [];
    const events: DomainEvent[] = [];
    const withLabels: Decode = (message) => ({ ...decode(message), labels: [label] });
    source
      .pipe(decodeWith({ decode: withLabels, report: (event) => void events.push(event) }), map(ownArrival))
      .subscribe((arrival) => seen.push(arrival));
    source.next(messageOf('hall', '5'));
    source.next(messageOf('hall', '?'));
    expect(seen.map(({ inputs }) => inputs)).toEqual([[sampleOf('hall/0', 0, 5), label], [label]]);
    expect(events.filter(({ type }) => type === 'LabelReceived')).toHaveLength(2);
  });

  it('lends what it passes on: one that is kept has no inputs afterwards', () => {
    const source = new Subject<Inbound>();
    const seen: Arrival[] = [];
    source.pipe(decodeWith({ decode, report: () => undefined })).subscribe((arrival) => seen.push(arrival));
    source.next(messages.a);
    expect([seen[0]?.message.topic, seen[0]?.inputs]).toEqual(['hall', []]);
  });

  it('passes a message without samples on only where an acknowledgement is owed', () => {
    const owed = { ...messageOf('hall', '?'), receipt: deliveryOf(1) };

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-|', { a: messageOf('hall', '?'), b: owed });
      const expected = '   ---u-|';

      expectObservable(source.pipe(decodeWith({ decode, report: () => undefined }), map(ownArrival))).toBe(expected, {
        u: { message: headOf(owed), inputs: [] },
      });
    });
  });

  it('lets go of the payload, so that nothing that waits behind holds it', async () => {
    const source = new Subject<Inbound>();
    const waiting: Arrival[] = [];
    source
      .pipe(decodeWith({ decode, report: () => undefined }))
      .subscribe((arrival) => waiting.push(ownArrival(arrival)));
    const payloads = (['20.5,48', '?'] as const).map((text, i) => {
      const message = { ...messageOf('hall', text), receipt: deliveryOf(i, { isRedelivery: true }) };
      source.next(message);
      return new WeakRef(message.payload);
    });

    // A WeakRef holds its target until the job that made it has ended.
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
    expect(payloads.map((payload) => payload.deref())).toEqual([undefined, undefined]);
    expect(waiting.map(({ inputs }) => inputs.length)).toEqual([2, 0]);
    expect(new Set(waiting.map(({ message }) => message.checksum)).size).toBe(2);
  });

  it('reports every message and every refusal', () => {
    const events: DomainEvent[] = [];

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-|', messages);
      const expected = '   -s-u-|';

      expectObservable(
        source.pipe(decodeWith({ decode, report: (event) => events.push(event) }), map(ownArrival)),
      ).toBe(expected, {
        s: { message: headOf(messages.a), inputs: [sampleOf('hall/0', 0, 20.5), sampleOf('hall/1', 0, 48)] },
        u: { message: headOf(messages.b), inputs: [sampleOf('hall/1', 0, 50)] },
      });
    });

    expect(events).toEqual([
      { type: 'MessageReceived' },
      { type: 'MessageReceived' },
      { type: 'InputDropped', reason: 'missing', topic: 'hall/0' },
    ]);
  });

  it('survives a decoder that throws: the message is lost, named and counted, the stream goes on', () => {
    const events: DomainEvent[] = [];

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -x-b-|', messages);
      const expected = '   ---u-|';

      expectObservable(
        source.pipe(decodeWith({ decode, report: (event) => events.push(event) }), map(ownArrival)),
      ).toBe(expected, {
        u: { message: headOf(messages.b), inputs: [sampleOf('hall/1', 0, 50)] },
      });
    });

    expect(events.slice(0, 3)).toEqual([
      { type: 'MessageReceived' },
      { type: 'PipelineFailed', topic: 'hall', error: bug },
      { type: 'InputDropped', reason: 'decoder-failed', topic: 'hall' },
    ]);
  });
});
