import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamId } from '../../src/domain/streamId.ts';
import { LeavingStates } from '../../src/state/leavingStates.ts';
import { STANDARD_STATE_BYTES } from '../../src/state/streamResidency.ts';
import { idOf } from '../pipeline/samples.ts';
import { settle } from '../support/virtualTime.ts';
import { TableWorld } from './tableWorld.ts';

const [A, B, C, D] = ['a', 'b', 'c', 'd'].map(idOf) as [StreamId, StreamId, StreamId, StreamId];
const STATE = Promise.resolve(undefined);

/** Tells if it has come in, once all that promises lead to has happened. */
async function hasEntered(entering: Promise<void>): Promise<boolean> {
  let isIn = false;
  void entering.then(() => {
    isIn = true;
  });
  await settle();
  return isIn;
}

describe('LeavingStates', () => {
  it('counts a state that is on its way from its learner as a standard one, until one is known', () => {
    const leaving = new LeavingStates(1e9);
    leaving.hold(A, STATE, 0);
    expect(leaving.bytes).toBe(STANDARD_STATE_BYTES);
    leaving.weigh(A, STATE, 900);
    leaving.hold(B, STATE, 0);
    leaving.hold(C, STATE, 1000);
    expect([leaving.size, leaving.bytes]).toEqual([3, 900 + 900 + 1000]);
    leaving.release(B);
    leaving.release(C);
    leaving.release(A, Promise.resolve(undefined));
    expect([leaving.size, leaving.bytes]).toEqual([1, 900]);
  });

  it('lets one come where nothing is held, however large, and none beside it', async () => {
    const leaving = new LeavingStates(1);
    expect([leaving.hasRoom, await hasEntered(leaving.enter(A))]).toEqual([true, true]);
    const second = leaving.enter(B);
    expect([leaving.hasRoom, await hasEntered(second)]).toEqual([false, false]);
    leaving.hold(C, STATE, 0);
    leaving.hasCome(A);
    expect(await hasEntered(second)).toBe(false);
    leaving.release(C, STATE);
    expect(await hasEntered(second)).toBe(true);
  });

  it('lets streams come back for which their own state makes room, ahead of others', async () => {
    const leaving = new LeavingStates(2 * STANDARD_STATE_BYTES);
    for (const stream of [A, B]) leaving.hold(stream, STATE, 0);
    const stranger = leaving.enter(C);
    expect([await hasEntered(stranger), await hasEntered(leaving.enter(A))]).toEqual([false, true]);
    // Its place and the state of the one that left for it are taken.
    leaving.release(A);
    leaving.hold(D, STATE, 0);
    leaving.hasCome(A);
    expect(await hasEntered(stranger)).toBe(false);
    leaving.release(B);
    expect(await hasEntered(stranger)).toBe(true);
  });
});

/** Readings of streams, and a medium that refuses, gives in, or is given time. */
const happenings = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.nat(11).map((stream) => ({ kind: 'reading' as const, stream: `s${stream}` })) },
    { weight: 1, arbitrary: fc.constantFrom({ kind: 'refuses' as const }, { kind: 'takes' as const }) },
    { weight: 1, arbitrary: fc.nat(5000).map((ms) => ({ kind: 'time' as const, ms })) },
  ),
  { maxLength: 150 },
);

/** A router of few places, and learners that count their readings. */
class Places {
  readonly world: TableWorld;
  readonly #most: number;
  readonly #pad: number;
  /** Readings so far, by resident stream, the one that was used least recently first. */
  readonly #learned = new Map<string, number>();
  readonly sent = new Map<string, number>();
  /** Readings that wait, by stream that is coming. */
  readonly #waiting = new Map<string, number>();
  largest = 0;

  constructor(world: TableWorld, most: number, pad: number) {
    this.world = world;
    this.#most = most;
    this.#pad = pad;
  }

  read(stream: string): void {
    this.sent.set(stream, (this.sent.get(stream) ?? 0) + 1);
    const isHere = this.world.note(stream);
    const waiting = this.#waiting.get(stream);
    if (waiting !== undefined) this.#waiting.set(stream, waiting + 1);
    else if (isHere) this.#learn(stream, 1);
    else {
      this.#waiting.set(stream, 1);
      void this.#bring(stream);
    }
  }

  async #bring(stream: string): Promise<void> {
    const { residency, restored, position } = this.world;
    const { outcome } = await residency.restore(idOf(stream), position);
    if (outcome === 'restored') {
      const [, state] = restored.findLast(([id]) => id === stream) as (typeof restored)[number];
      this.#makeRoom();
      this.#learned.set(stream, state[0] as number);
    }
    this.#learn(stream, this.#waiting.get(stream) as number);
    this.#waiting.delete(stream);
    residency.hasCome(idOf(stream));
  }

  #learn(stream: string, readings: number): void {
    const before = this.#learned.get(stream);
    if (before === undefined) this.#makeRoom();
    this.#learned.delete(stream);
    this.#learned.set(stream, (before ?? 0) + readings);
  }

  #makeRoom(): void {
    if (this.#learned.size < this.#most) return;
    const [stream, learned] = [...this.#learned][0] as [string, number];
    this.#learned.delete(stream);
    const state = new Uint8Array(1 + this.#pad).fill(learned);
    this.world.residency.leave(idOf(stream))?.(state);
    const { size, bytes } = this.world.residency.leaving;
    if (size > 1) this.largest = Math.max(this.largest, bytes);
  }

  /** Asks for each stream once more: it has to know all that was sent, wherever its state is. */
  async known(): Promise<ReadonlyMap<string, number>> {
    for (const stream of this.sent.keys()) {
      this.read(stream);
      await this.world.time.pass(10_000);
      expect(this.#learned.get(stream), stream).toBe(this.sent.get(stream));
    }
    return this.sent;
  }
}

describe('streams that make room for each other', () => {
  it('know all of their readings, whatever the medium refuses for however long, and their states keep within their bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        happenings,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(1000),
        async (list, places, most, pad) => {
          const mostLeavingBytes = most * (1 + pad);
          const world = new TableWorld({ mostLeavingBytes });
          const router = new Places(world, places, pad);
          for (const happening of list) {
            if (happening.kind === 'reading') router.read(happening.stream);
            else if (happening.kind === 'time') await world.time.pass(happening.ms);
            else world.isFull = happening.kind === 'refuses';
            await settle();
          }
          world.isFull = false;
          await world.time.pass(10_000);
          await router.known();
          expect(router.largest).toBeLessThanOrEqual(mostLeavingBytes);
          expect(world.ofType('StateRefused')).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('wait for a medium that refuses, and all come once it takes: none is given up', async () => {
    const world = new TableWorld({ mostLeavingBytes: 10 });
    const router = new Places(world, 2, 0);
    world.isFull = true;
    for (let i = 0; i < 300; i++) router.read(`s${i}`);
    await world.time.pass(60_000);
    expect([world.residency.leaving.size, world.residency.leaving.bytes]).toEqual([10, 10]);
    for (let i = 0; i < 300; i++) router.read(`s${i}`);
    await world.time.pass(60_000);
    expect(world.residency.leaving.bytes).toBeLessThanOrEqual(10);
    world.isFull = false;
    await world.time.pass(60_000);
    expect((await router.known()).size).toBe(300);
  });
});
