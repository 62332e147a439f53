import { describe, expect, it } from 'vitest';
import type { Decode } from '../../src/domain/decode.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { decodeWith } from '../../src/pipeline/decodeWith.ts';
import { marbles } from '../support/marbles.ts';
import { messageOf, sampleOf } from './samples.ts';

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
      const source = hot(' -a----b-|', messages);
      const expected = '   -(st)-u-|';

      expectObservable(source.pipe(decodeWith({ decode, report: () => undefined }))).toBe(expected, {
        s: sampleOf('hall/0', 0, 20.5),
        t: sampleOf('hall/1', 0, 48),
        u: sampleOf('hall/1', 0, 50),
      });
    });
  });

  it('reports every message and every refusal', () => {
    const events: DomainEvent[] = [];

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a----b-|', messages);
      const expected = '   -(st)-u-|';

      expectObservable(source.pipe(decodeWith({ decode, report: (event) => events.push(event) }))).toBe(expected, {
        s: sampleOf('hall/0', 0, 20.5),
        t: sampleOf('hall/1', 0, 48),
        u: sampleOf('hall/1', 0, 50),
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

      expectObservable(source.pipe(decodeWith({ decode, report: (event) => events.push(event) }))).toBe(expected, {
        u: sampleOf('hall/1', 0, 50),
      });
    });

    expect(events.slice(0, 3)).toEqual([
      { type: 'MessageReceived' },
      { type: 'PipelineFailed', topic: 'hall', error: bug },
      { type: 'InputDropped', reason: 'decoder-failed', topic: 'hall' },
    ]);
  });
});
