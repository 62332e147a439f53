import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PreparedTopic } from '../../../src/domain/outgoing.ts';
import type { TopicNotes } from '../../../src/domain/topicNotes.ts';
import { RetainedTopics } from '../../../src/outlets/retained/retainedTopics.ts';

const MOST = 6;
const CONFIRMED = 241;

/** A broker and a state folder, which outlive the processes between them. */
class World {
  readonly retained: Set<string> = new Set();
  readonly noted: Set<string> = new Set();
  readonly #prepared = new Map<string, PreparedTopic>();
  isFirst = true;
  isConnected = true;
  /** Messages that are on their way: a connection that breaks swallows them. */
  under: (() => void)[] = [];

  send(change: () => void): boolean {
    if (this.isConnected) this.under.push(change);
    return this.isConnected;
  }

  #preparedOf(topic: string): PreparedTopic {
    const prepared = this.#prepared.get(topic) ?? new PreparedTopic(topic);
    this.#prepared.set(topic, prepared);
    return prepared;
  }

  arrive(): void {
    for (const change of this.under.splice(0)) change();
  }

  open(suspected: readonly string[] = []): RetainedTopics {
    const { noted } = this;
    const notes: TopicNotes = {
      read: () => (this.isFirst ? undefined : [...noted]),
      add: (topic) => void noted.add(topic),
      remove: (topic) => void noted.delete(topic),
      close: () => undefined,
    };
    const topics = new RetainedTopics({
      notes,
      suspected: () => suspected,
      clear: (topic) => this.send(() => this.retained.delete(topic)),
      most: MOST,
    });
    this.isFirst = false;
    return topics;
  }

  /** Topics with an even number are held as those that many messages go to; what is prepared outlives the process here. */
  publish(topics: RetainedTopics, topic: string): void {
    const isPrepared = Number(topic.slice(2)) % 2 === 0;
    if (isPrepared) topics.holdPrepared(this.#preparedOf(topic));
    else topics.hold(topic);
    this.send(() => this.retained.add(topic));
  }
}

describe('RetainedTopics', () => {
  const topic = fc.integer({ min: 0, max: 9 }).map((i) => `t/${i}`);
  const act = fc.oneof(
    fc.tuple(fc.constant('publish' as const), topic),
    fc.tuple(fc.constant('publish' as const), topic),
    fc.tuple(fc.constant('give up' as const), topic),
    fc.tuple(fc.constantFrom('arrive' as const, 'sweep' as const, 'cut' as const, 'connect' as const), topic),
  );
  /** A process: the topics that its configuration may fill, and what happens to it before it is killed. */
  const process = fc.tuple(fc.uniqueArray(topic), fc.array(act, { maxLength: 30 }));

  it('leaves nothing behind that no configuration of now fills, whatever happened to the processes before', () => {
    const runs = Number(globalThis.process.env['TIDEGATE_RUNS'] ?? 400);
    void fc.assert(
      fc.property(fc.array(process, { maxLength: 5 }), fc.uniqueArray(topic), (before, own) => {
        const world = new World();
        const given = new Set<string>();
        for (const [configured, acts] of [...before, [own, []] as const]) {
          const topics = world.open();
          topics.giveUpFormer((it) => configured.includes(it));
          world.isConnected = true;
          for (const [what, of] of acts) {
            if (what === 'publish' && configured.includes(of)) world.publish(topics, of);
            if (what === 'give up') topics.giveUp(of);
            if (what === 'arrive') world.arrive();
            if (what === 'sweep' && world.isConnected) topics.sweep(2);
            if (what === 'connect') world.isConnected = true;
            if (what === 'cut') {
              world.isConnected = false;
              world.under = [];
              topics.disconnected();
            }
            // Noted is whatever the broker holds, or may come to hold.
            expect([...world.retained].filter((it) => !world.noted.has(it))).toEqual([]);
            expect(topics.size).toBe(world.noted.size);
          }
          // Killed: what is on its way may arrive yet, or may not.
          if (acts.length % 2 === 0) world.arrive();
          world.under = [];
          if (configured === own) {
            given.clear();
            for (let i = 0; i < 2 * CONFIRMED; i++) {
              topics.sweep(2);
              world.arrive();
            }
            for (const it of world.retained) given.add(it);
            expect([...given].filter((it) => !own.includes(it))).toEqual([]);
            expect([...world.noted].filter((it) => !own.includes(it))).toEqual([]);
          }
        }
      }),
      { numRuns: runs },
    );
  });

  it('keeps what the configuration may fill, also where nothing comes', () => {
    const world = new World();
    world.publish(world.open(), 't/1');
    world.arrive();
    const next = world.open();
    next.giveUpFormer((it) => it === 't/1');
    for (let i = 0; i < CONFIRMED; i++) next.sweep(9);
    world.arrive();
    expect([...world.retained]).toEqual(['t/1']);
  });

  it('clears again what a lost connection may have swallowed', () => {
    const world = new World();
    const topics = world.open();
    world.publish(topics, 't/1');
    world.arrive();
    topics.giveUp('t/1');
    topics.sweep(9);
    world.under = [];
    topics.disconnected();
    topics.sweep(9);
    world.arrive();
    expect([world.retained.size, world.noted.size]).toEqual([0, 1]);
    for (let i = 0; i < CONFIRMED; i++) topics.sweep(9);
    expect(world.noted.size).toBe(0);
  });

  it('takes what the state knows for filled where there are no notes, and only there', () => {
    const world = new World();
    world.retained.add('t/1');
    world.open(['t/1']).giveUpFormer(() => true);
    const topics = world.open(['t/2']);
    topics.giveUpFormer(() => false);
    topics.sweep(9);
    world.arrive();
    expect([topics.size, [...world.noted], world.retained.size]).toEqual([1, ['t/1'], 0]);
  });

  it('keeps bounded what processes before have left: the oldest goes', () => {
    const world = new World();
    for (let life = 0; life < 50; life++) {
      const topics = world.open();
      topics.giveUpFormer(() => true);
      for (let i = 0; i < 3; i++) world.publish(topics, `t/${life}/${i}`);
      for (let i = 0; i < CONFIRMED; i++) topics.sweep(9);
      world.arrive();
      expect(world.retained.size).toBeLessThanOrEqual(MOST + 3);
    }
    expect(world.retained).toContain('t/49/0');
  });
});
