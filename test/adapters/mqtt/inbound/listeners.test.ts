import { beforeEach, describe, expect, it } from 'vitest';
import { Echoes } from '../../../../src/adapters/mqtt/inbound/echoes.ts';
import { type Listener, Listeners } from '../../../../src/adapters/mqtt/inbound/listeners.ts';
import { ByteRange } from '../../../../src/domain/byteRange.ts';

const LARGEST = 2 ** 28 - 1;
const BASE = 500;
const bytes = new TextEncoder().encode('1');
const payload = ByteRange.of(bytes);

const copyFor = (...identifiers: number[]) => ({
  retain: false,
  properties: { subscriptionIdentifier: identifiers.length === 1 ? (identifiers[0] as number) : identifiers },
});
const plain = { retain: false };

describe('Listeners', () => {
  let listeners: Listeners;
  let heard: string[];
  let log: string[];
  let answerLast: () => void;

  beforeEach(() => {
    listeners = new Listeners({ filters: ['sensors/#', 'meters/+'], identifierBase: BASE });
    heard = [];
    log = [];
  });

  const hear = (filter: string): (() => void) => listeners.add(filter, ({ topic }) => heard.push(`${filter} ${topic}`));
  const connect = (protocol: 4 | 5): void => {
    const say = (word: string, { filter, identifier }: Listener): void =>
      void log.push(`${word} ${filter} ${identifier}`);
    void listeners.connected({
      protocol,
      subscribe: async (listener) => say('+', listener),
      unsubscribe(listener, onDone) {
        say('-', listener);
        answerLast = onDone;
      },
    });
  };

  it('subscribes to each filter once, on each connection, and gives it up with its last handler', () => {
    const ends = [hear('a'), hear('a'), hear('b')];
    expect(log).toEqual([]);
    connect(5);
    expect(log.splice(0)).toEqual([`+ a ${LARGEST}`, `+ b ${LARGEST - 1}`]);
    ends[0]?.();
    expect(log).toEqual([]);
    ends[1]?.();
    expect(log.splice(0)).toEqual([`- a ${LARGEST}`]);
    hear('c');
    expect(log.splice(0)).toEqual([`+ c ${LARGEST}`]);
    listeners.disconnected();
    ends[2]?.();
    connect(5);
    expect(log).toEqual([`+ c ${LARGEST}`]);
  });

  it('asks for a filter of streams under the identifier that it has, and leaves it to them at the end', () => {
    const end = hear('meters/+');
    connect(5);
    end();
    expect(log).toEqual([`+ meters/+ ${BASE + 2}`]);
  });

  it.each([
    ['a copy for a listener alone', copyFor(LARGEST), ['sensors/+ sensors/a'], false],
    ['a copy for a stream alone', copyFor(BASE + 1), [], true],
    ['one copy for both', copyFor(BASE + 1, LARGEST), ['sensors/+ sensors/a'], true],
    ['a copy for two listeners', copyFor(LARGEST, LARGEST - 1), ['sensors/+ sensors/a', '# sensors/a'], false],
    ['a copy for a listener of an earlier process', copyFor(LARGEST - 5), [], false],
    ['a copy without identifier', plain, ['sensors/+ sensors/a', '# sensors/a'], true],
  ])('gives %s to those whom it is for', (_, flags, handlers, isForStreams) => {
    hear('sensors/+');
    hear('#');
    connect(5);
    expect(listeners.take('sensors/a', payload, flags)).toBe(isForStreams);
    expect(heard).toEqual(handlers);
  });

  it('gives nothing to a listener whose identifier an earlier process had for another filter', () => {
    hear('a');
    connect(5);
    expect(listeners.take('b', payload, copyFor(LARGEST))).toBe(false);
    expect(heard).toEqual([]);
  });

  it('keeps messages of an ended listener from the streams until the broker has answered', () => {
    const end = hear('commands/+');
    connect(4);
    end();
    expect(listeners.take('commands/a', payload, plain)).toBe(false);
    expect(listeners.take('sensors/a', payload, plain)).toBe(true);
    answerLast();
    expect(listeners.take('commands/a', payload, plain)).toBe(true);
    expect(heard).toEqual([]);
  });

  it('leaves everything to the streams while there is no listener', () => {
    expect(listeners.take('any', payload, plain)).toBe(true);
    expect(listeners.take('any', payload, copyFor(BASE + 1))).toBe(true);
  });
});

describe('Echoes', () => {
  it('knows a message of ours as often as it was published', () => {
    const echoes = new Echoes();
    echoes.expect('a', '1');
    echoes.expect('a', bytes);
    expect(['a', 'b', 'a', 'a'].map((topic) => echoes.isEcho(topic, bytes))).toEqual([true, false, true, false]);
  });

  it('forgets the oldest of more than a thousand', () => {
    const echoes = new Echoes();
    for (let i = 0; i <= 1000; i++) echoes.expect(`t/${i}`, '1');
    expect(echoes.isEcho('t/0', bytes)).toBe(false);
    expect(echoes.isEcho('t/1', bytes)).toBe(true);
  });
});
