import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { StreamInput } from '../../src/domain/streamInput.ts';
import type { Departure } from '../../src/pipeline/departure.ts';
import type { QueueDepth } from '../../src/pipeline/queueDepth.ts';
import { restoreWith } from '../../src/pipeline/restoreWith.ts';
import type { RoutedInput } from '../../src/pipeline/routedInput.ts';
import type { Awaited } from '../../src/state/awaitedStreams.ts';
import { PoisonDetector } from '../../src/state/poisonDetector.ts';
import type { RestoreResult } from '../../src/state/stateRestorer.ts';
import { settle, VirtualTime } from '../support/virtualTime.ts';
import { changeOf, forgetOf, idOf, labelOf, sampleOf } from './samples.ts';

const ATTIC = idOf('attic');

class RestoreWorld {
  readonly time: VirtualTime = new VirtualTime();
  readonly source: Subject<StreamInput> = new Subject();
  readonly wanted: Subject<StreamId> = new Subject();
  readonly awaited: Subject<Awaited> = new Subject();
  readonly departures: Subject<Departure> = new Subject();
  /** Retired streams that an entry gives again. */
  readonly regiven: Set<StreamId> = new Set();
  /** Streams whose tail the process may have died of. */
  readonly suspect: string[] = [];
  readonly depth: QueueDepth = { waiting: 0 };
  readonly out: string[] = [];
  readonly events: DomainEvent[] = [];
  readonly errors: unknown[] = [];
  readonly asked: string[] = [];
  isComplete = false;
  /** The state of a stream that leaves has room. */
  mayLeave = true;
  /** Streams that were said to have come. */
  readonly come: string[] = [];
  /** Steps behind it. */
  backlog = 0;
  position = 0;
  readonly #here = new Set<StreamId>();
  readonly #coming = new Map<StreamId, { resolve: (result: RestoreResult) => void; reject: (error: Error) => void }>();

  /** @param resident streams that need no restore */
  constructor(resident: readonly string[] = []) {
    for (const stream of resident) this.#here.add(idOf(stream));
    const restore = (stream: StreamId, first: number): Promise<RestoreResult> => {
      this.asked.push(`${stream} ${first}`);
      return new Promise((resolve, reject) => this.#coming.set(stream, { resolve, reject }));
    };
    const poison = new PoisonDetector({ read: () => undefined, write: () => undefined });
    poison.isSuspect = (key) => this.suspect.some((stream) => key === `journal ${stream}`);
    const hasRoom = (): boolean => this.mayLeave;
    this.source
      .pipe(
        restoreWith({
          residency: {
            get mayLeave() {
              return hasRoom();
            },
            note: ({ stream }) => this.#here.has(stream),
            restore,
            hasCome: (stream) => this.come.push(stream),
            restoreAwaited: (stream, first) => (this.#here.has(stream) ? undefined : restore(stream, first)),
          },
          position: () => ++this.position,
          wanted$: this.wanted,
          awaited$: this.awaited,
          departures$: this.departures,
          onReplay: (stream) => this.out.push(`replay of ${stream}`),
          backlog: () => this.backlog,
          credit: 3,
          delay: this.time.delay,
          idle: async () => undefined,
          poison,
          depth: this.depth,
          report: (event) => this.events.push(event),
        }),
      )
      .subscribe({
        next: (input) => this.#note(input),
        error: (error) => this.errors.push(error),
        complete: () => {
          this.isComplete = true;
        },
      });
  }

  /** These are to come back without a sample. */
  await(...streams: readonly string[]): void {
    for (const stream of streams) this.awaited.next({ stream: idOf(stream), mayCome: () => stream !== 'unknown' });
  }

  renew(stream: string): void {
    this.departures.next({ stream: idOf(stream), why: 'renewed', isDue: () => true });
  }

  retire(stream: string): void {
    const id = idOf(stream);
    this.departures.next({ stream: id, why: 'retired', isDue: () => !this.regiven.has(id) });
  }

  /** A recall ends. */
  async bring(stream: string, more: Partial<RestoreResult> = {}): Promise<void> {
    const id = idOf(stream);
    if (more.outcome !== 'no-memory') this.#here.add(id);
    this.#coming.get(id)?.resolve({ outcome: 'restored', tail: [], firstTail: undefined, ...more });
    await settle();
  }

  async fail(stream: string): Promise<void> {
    this.#coming.get(idOf(stream))?.reject(new Error('planted'));
    await settle();
  }

  send(...samples: (readonly [string, number])[]): void {
    for (const [stream, at] of samples) this.source.next(sampleOf(stream, at));
  }

  #note(input: RoutedInput): void {
    if ('stream' in input) {
      this.backlog++;
      this.out.push(`${input.stream}${input.at}`);
    } else if ('opened' in input) this.out.push(`open ${input.opened}`);
    else if ('wanted' in input) this.out.push(`take ${input.wanted}`);
    else if ('held' in input) this.out.push(`hold ${input.held}`);
    else if ('renewed' in input) {
      this.out.push(`renew ${input.renewed}`);
      this.#here.delete(input.renewed);
    } else if ('retired' in input) {
      this.out.push(`retire ${input.retired}`);
      this.#here.delete(input.retired);
    } else if ('rewound' in input) {
      this.out.push(`rewind ${input.rewound}`);
      this.#here.delete(input.rewound);
      input.left();
    } else this.out.push(`replayed ${input.replayed}`);
  }
}

const tailOf = (stream: string, ...times: number[]): StreamInput[] => times.map((at) => sampleOf(stream, at));

describe('restoreWith', () => {
  it('passes inputs of every kind in order: those of the tail, then those that waited', async () => {
    const world = new RestoreWorld();
    for (const input of [changeOf('attic', 4), sampleOf('attic', 5), forgetOf('attic', 6)]) world.source.next(input);
    await world.bring('attic', { tail: [labelOf('attic', 1), sampleOf('attic', 2), labelOf('attic', 3)] });
    world.backlog = 0;
    await world.time.pass(5);
    world.source.next(labelOf('attic', 7));

    expect(world.out.filter((text) => text.startsWith('attic'))).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((at) => `attic${at}`),
    );
  });

  it('lets samples pass whose stream is here', () => {
    const world = new RestoreWorld(['attic', 'barn']);
    world.send(['attic', 1], ['barn', 2]);

    expect(world.out).toEqual(['attic1', 'barn2']);
    expect([world.asked, world.depth.waiting]).toEqual([[], 0]);
  });

  it('recalls a stream once, holds its samples meanwhile, and lets those of others pass', async () => {
    const world = new RestoreWorld(['barn']);
    world.send(['attic', 5], ['barn', 5], ['attic', 6]);
    expect([world.out, world.asked, world.depth.waiting]).toEqual([['barn5'], ['attic 2'], 2]);

    await world.bring('attic');
    expect(world.out).toEqual(['barn5', 'open attic', 'attic5', 'attic6']);
    expect(world.depth.waiting).toBe(0);
    world.send(['attic', 7]);
    expect(world.out.at(-1)).toBe('attic7');
  });

  it('puts what the journal knows before what waits, and says where that ends', async () => {
    const world = new RestoreWorld();
    world.backlog = -10;
    world.send(['attic', 5]);
    await world.bring('attic', { tail: tailOf('attic', 3, 4) });

    expect(world.out).toEqual(['open attic', 'replay of attic', 'attic3', 'attic4', 'replayed attic', 'attic5']);
  });

  it('begins anew where nothing is carried over', async () => {
    const world = new RestoreWorld();
    world.send(['attic', 5]);
    await world.bring('attic', { outcome: 'damaged' });
    expect(world.out).toEqual(['attic5']);
  });

  it('replays at the pace of the learners: opens the stream once, and lets no other sample in', async () => {
    const world = new RestoreWorld();
    world.send(['attic', 9]);
    await world.bring('attic', { tail: tailOf('attic', 1, 2, 3, 4, 5) });
    expect(world.out).toEqual(['open attic', 'replay of attic', 'attic1', 'attic2', 'attic3']);
    // Nothing else may come between.
    expect(world.depth.waiting).toBe(Number.POSITIVE_INFINITY);

    await world.time.pass(20);
    expect(world.out).toHaveLength(5);
    world.backlog = 1;
    world.send(['attic', 10]);
    await world.time.pass(5);
    expect(world.out.slice(5)).toEqual(['attic4', 'attic5', 'replayed attic']);
    world.backlog = 0;
    await world.time.pass(5);
    expect(world.out.slice(8)).toEqual(['attic9', 'attic10']);
    expect([world.depth.waiting, world.time.timers]).toEqual([0, 0]);
  });

  it('brings one stream back after the other', async () => {
    const world = new RestoreWorld();
    world.backlog = 2;
    world.send(['attic', 9], ['barn', 9]);
    await world.bring('attic', { tail: tailOf('attic', 1, 2) });
    await world.bring('barn', { tail: tailOf('barn', 1) });
    expect(world.out).toEqual(['open attic', 'replay of attic', 'attic1']);
    world.backlog = -10;
    await world.time.pass(5);
    expect(world.out.slice(3)).toEqual([
      ...['attic2', 'replayed attic', 'attic9'],
      ...['open barn', 'replay of barn', 'barn1', 'replayed barn', 'barn9'],
    ]);
  });

  it('without memory for a stream: drops its waiting samples, reports them, and asks again at the next one', async () => {
    const world = new RestoreWorld();
    world.send(['attic', 1], ['attic', 2]);
    await world.bring('attic', { outcome: 'no-memory', tail: tailOf('attic', 0) });

    const drop = { type: 'InputDropped', reason: 'no-memory', topic: ATTIC };
    expect([world.out, world.events, world.depth.waiting]).toEqual([[], [drop, drop], 0]);
    world.send(['attic', 3]);
    expect(world.asked).toHaveLength(2);
  });

  it('passes a request for a state on in order with the samples, and none for a stream that is being restored', async () => {
    const world = new RestoreWorld(['barn']);
    world.send(['barn', 1]);
    world.wanted.next(idOf('barn'));
    world.send(['barn', 2], ['attic', 1]);
    world.wanted.next(ATTIC);
    await world.bring('attic', { tail: tailOf('attic', 0) });
    world.wanted.next(ATTIC);
    expect(world.out).toEqual([
      'barn1',
      'take barn',
      'barn2',
      'open attic',
      'replay of attic',
      'attic0',
      'replayed attic',
    ]);

    world.backlog = 0;
    await world.time.pass(5);
    world.wanted.next(ATTIC);
    expect(world.out.slice(7)).toEqual(['attic1', 'take attic']);
  });

  it('completes when nothing waits any more', async () => {
    const world = new RestoreWorld();
    world.send(['attic', 1]);
    world.source.complete();
    expect(world.isComplete).toBe(false);
    await world.bring('attic');
    expect([world.isComplete, world.out]).toEqual([true, ['open attic', 'attic1']]);
  });

  it('passes errors on, and leaves nothing running when it is left', async () => {
    const world = new RestoreWorld();
    world.send(['attic', 1]);
    await world.fail('attic');
    expect(world.errors).toEqual([new Error('planted')]);
    expect(world.wanted.observed).toBe(false);

    const other = new RestoreWorld();
    other.backlog = 5;
    other.send(['attic', 1]);
    await other.bring('attic');
    expect(other.time.timers).toBe(1);
    other.source.error(new Error('source'));
    expect([other.time.timers, other.errors]).toEqual([0, [new Error('source')]]);
  });

  describe('without a sample', () => {
    it('brings streams back one after the other, those that may not come left out', async () => {
      const world = new RestoreWorld(['barn']);
      world.await('attic', 'unknown', 'barn', 'cellar');
      await world.time.pass(1000);
      expect([world.asked, world.depth.waiting]).toEqual([['attic 2'], 0]);

      await world.bring('attic', { tail: tailOf('attic', 1, 2), firstTail: 1 });
      expect(world.out).toEqual(['open attic', 'replay of attic', 'attic1', 'attic2', 'replayed attic']);
      expect(world.asked).toHaveLength(1);

      world.backlog = 0;
      await world.time.pass(1000);
      expect(world.asked).toEqual(['attic 2', 'cellar 4']);
    });

    it('waits until nothing else is to be done', async () => {
      const world = new RestoreWorld();
      world.send(['attic', 5]);
      world.await('cellar');
      await world.time.pass(1000);
      await world.bring('attic');
      expect(world.asked).toEqual(['attic 2']);
      await world.time.pass(1000);
      expect(world.asked).toHaveLength(1);
      world.backlog = 0;
      await world.time.pass(1000);
      expect(world.asked).toEqual(['attic 2', 'cellar 4']);
    });

    it('waits no longer than five seconds for each where there is always something to do', async () => {
      const world = new RestoreWorld();
      world.backlog = 1;
      world.await('attic', 'barn');
      await world.time.pass(4900);
      expect(world.asked).toEqual([]);
      await world.time.pass(200);
      expect(world.asked).toEqual(['attic 2']);
      await world.bring('attic', { tail: tailOf('attic', 1) });
      expect(world.out).toEqual(['open attic', 'replay of attic', 'attic1', 'replayed attic']);
      await world.time.pass(5000);
      expect(world.asked).toEqual(['attic 2', 'barn 3']);
    });

    it('lets samples of other streams pass, and restores streams with waiting samples first', async () => {
      const world = new RestoreWorld(['barn']);
      world.await('attic');
      await world.time.pass(1000);
      await world.bring('attic', { tail: tailOf('attic', 1, 2, 3, 4, 5), firstTail: 1 });
      // The learners have as much as they may.
      expect([world.out.at(-1), world.depth.waiting]).toEqual(['attic3', 0]);
      world.send(['barn', 1], ['cellar', 1]);
      await world.bring('cellar', { tail: tailOf('cellar', 0), firstTail: 9 });
      world.backlog = 0;
      await world.time.pass(5);
      // Whatever goes between, the stream in the middle of its tail makes no room for it.
      expect(world.out.slice(5)).toEqual([
        ...['hold attic', 'barn1'],
        ...[
          'hold attic',
          'open cellar',
          'replay of cellar',
          'hold attic',
          'cellar0',
          'replayed cellar',
          'hold attic',
          'cellar1',
        ],
        'attic4',
      ]);
      world.backlog = 0;
      await world.time.pass(5);
      expect(world.out.slice(-2)).toEqual(['attic5', 'replayed attic']);
    });

    it('holds a sample of a replaying stream back until its replay is over, and lets no other sample past it', async () => {
      const world = new RestoreWorld();
      world.await('attic');
      await world.time.pass(1000);
      await world.bring('attic', { tail: tailOf('attic', 1, 2, 3, 4), firstTail: 1 });
      world.send(['attic', 5]);
      expect([world.out.at(-1), world.depth.waiting]).toEqual(['attic3', Number.POSITIVE_INFINITY]);
      world.backlog = 0;
      await world.time.pass(5);
      expect(world.out.slice(-3)).toEqual(['attic4', 'replayed attic', 'attic5']);
      expect(world.depth.waiting).toBe(0);
    });

    it('leaves a tail that the process may have died of to the next sample', async () => {
      const world = new RestoreWorld();
      world.suspect.push('attic');
      world.await('attic', 'barn');
      await world.time.pass(1000);
      expect(world.asked).toEqual(['barn 2']);
    });

    it('begins with no further one once the source has ended, and leaves no timer', async () => {
      const world = new RestoreWorld();
      world.await('attic', 'barn');
      world.source.complete();
      expect([world.isComplete, world.time.timers]).toEqual([true, 0]);
      await world.time.pass(1000);
      expect(world.asked).toEqual([]);
    });
  });
});

describe('streams whose settings have changed', () => {
  it('leave and come back one after the other, while nothing else is under way', async () => {
    const world = new RestoreWorld(['attic', 'cellar']);
    for (const stream of ['attic', 'cellar']) world.renew(stream);
    expect(world.out).toEqual([]);
    await world.time.pass(20);
    expect(world.out).toEqual(['renew attic']);
    await world.time.pass(100);
    expect(world.out).toEqual(['renew attic']);
    await world.bring('attic');
    await world.time.pass(20);
    expect(world.out).toEqual(['renew attic', 'open attic', 'renew cellar']);
    expect(world.asked.map((it) => it.split(' ')[0])).toEqual(['attic', 'cellar']);
  });

  it('leave once they are here where they are coming: half a tail is never taken for the whole', async () => {
    const world = new RestoreWorld();
    world.send(['attic', 7]);
    world.renew('attic');
    for (let again = 0; again < 3; again++) world.renew('attic');
    await world.time.pass(20_000);
    expect([world.out, world.time.timers]).toEqual([[], 1]);
    await world.bring('attic', { tail: tailOf('attic', 1, 2), firstTail: 1 });
    world.backlog = 0;
    await world.time.pass(6000);
    expect(world.out.indexOf('renew attic')).toBeGreaterThan(world.out.indexOf('attic7'));
    expect(world.out.filter((it) => it === 'renew attic')).toHaveLength(1);
  });

  it('stay until their state has room', async () => {
    const world = new RestoreWorld(['attic']);
    world.mayLeave = false;
    world.renew('attic');
    await world.time.pass(10_000);
    expect(world.out).toEqual([]);
    world.mayLeave = true;
    await world.time.pass(20);
    expect(world.out).toEqual(['renew attic']);
  });

  it('stay as they are where the end comes first', async () => {
    const world = new RestoreWorld(['attic']);
    world.renew('attic');
    world.source.complete();
    await world.time.pass(1000);
    expect([world.out, world.isComplete]).toEqual([[], true]);
  });
});

describe('streams that no entry gives any more', () => {
  it('leave when their turn has come, and stay away', async () => {
    const world = new RestoreWorld(['attic', 'cellar']);
    for (const stream of ['attic', 'cellar']) world.retire(stream);
    await world.time.pass(100);
    expect([world.out, world.asked]).toEqual([['retire attic', 'retire cellar'], []]);
  });

  it('come back with a message that was under way, and leave again', async () => {
    const world = new RestoreWorld(['attic']);
    world.retire('attic');
    await world.time.pass(20);
    world.send(['attic', 7]);
    world.retire('attic');
    await world.bring('attic');
    world.backlog = 0;
    await world.time.pass(6000);
    expect(world.out).toEqual(['retire attic', 'open attic', 'attic7', 'retire attic']);
  });

  it('stay where an entry gives them again before they have left', async () => {
    const world = new RestoreWorld(['attic']);
    world.retire('attic');
    world.regiven.add(idOf('attic'));
    await world.time.pass(1000);
    expect(world.out).toEqual([]);
  });

  it.each([
    ['renewed', 'retired'],
    ['retired', 'renewed'],
  ] as const)('leave once, by the last word: %s, then %s', async (first, last) => {
    const world = new RestoreWorld(['attic']);
    for (const word of [first, last]) word === 'renewed' ? world.renew('attic') : world.retire('attic');
    await world.time.pass(1000);
    expect(world.out).toEqual([last === 'renewed' ? 'renew attic' : 'retire attic']);
  });
});
