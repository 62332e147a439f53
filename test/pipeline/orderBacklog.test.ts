import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { toDurationMs } from '../../src/domain/time.ts';
import type { Arrival } from '../../src/pipeline/arrival.ts';
import { orderBacklog } from '../../src/pipeline/orderBacklog.ts';
import { VirtualTime } from '../support/virtualTime.ts';
import { arrivalOf, deliveryOf, lendEach, repeatsOf } from './samples.ts';

const HOUR = 3_600_000;

class World {
  readonly time: VirtualTime = new VirtualTime(HOUR);
  readonly source: Subject<Arrival> = new Subject<Arrival>();
  /** Streams and times of the inputs that came out. */
  readonly out: string[] = [];
  isComplete = false;
  #id = 0;
  readonly stop: () => void;

  constructor(maxBytes = 1e9) {
    const running = this.source
      .pipe(lendEach(), orderBacklog({ repeats: repeatsOf(), maxBytes, delay: this.time.delay }))
      .subscribe({
        next: ({ inputs }) => this.out.push(...inputs.map(({ stream, at }) => `${stream}${at}`)),
        complete: () => {
          this.isComplete = true;
        },
      });
    this.stop = () => running.unsubscribe();
  }

  /** A message of a resumed session that is `age` old. */
  come(topic: string, at: number, { age = 0, window = 1e9, isResumed = true, isOwed = true } = {}): void {
    const delivery = deliveryOf(++this.#id, { isResumed, window, age: toDurationMs(age) });
    const { message, inputs } = arrivalOf(topic, at, isOwed ? delivery : undefined);
    this.source.next({ message: { ...message, receivedAt: this.time.clock.now() }, inputs });
  }
}

describe('orderBacklog', () => {
  it('holds new messages behind those that were kept, until none comes for a tenth of a second', async () => {
    const world = new World();
    for (const [topic, at] of [
      ['a', 1],
      ['b', 3],
      ['a', HOUR],
      ['b', 4],
      ['a', 2],
    ] as const) {
      world.come(topic, at);
      await world.time.pass(90);
    }
    expect(world.out).toEqual([]);
    await world.time.pass(200);
    expect(world.out).toEqual(['a1', 'b3', 'a2', 'b4', `a${HOUR}`]);
    expect(world.time.timers).toBe(0);
  });

  it('passes what comes ten seconds later, over a connection that has no session of before, and without a receipt', () => {
    const world = new World();
    world.come('a', 5);
    world.come('b', 1, { isOwed: false });
    expect(world.out).toEqual(['b1']);
    world.come('a', 6, { age: 10_000 });
    expect(world.out).toEqual(['b1', 'a5', 'a6']);
    world.come('a', 7, { isResumed: false });
    expect(world.out.at(-1)).toBe('a7');
  });

  it('holds up no broker that waits for acknowledgements', () => {
    const world = new World();
    for (let i = 1; i <= 25; i++) world.come('a', i, { window: 10 });
    expect(world.out).toEqual(Array.from({ length: 20 }, (_, i) => `a${i + 1}`));
  });

  it.each([
    ['messages', 1e9, 4096],
    ['bytes', 20_000, 30],
  ])('holds no more %s than it may, and keeps the new ones of each topic longest', (_, maxBytes, most) => {
    const world = new World(maxBytes);
    world.come('a', HOUR);
    let held = 1;
    for (let i = 1; world.out.length === 0; i++, held++) world.come('a', i);
    expect(held).toBeGreaterThanOrEqual(most);
    expect(held).toBeLessThanOrEqual(4096);
    expect(world.out).not.toContain(`a${HOUR}`);
    expect(world.out.length).toBe(Math.floor(held / 2));
    world.source.complete();
    expect([world.out.length, world.out.at(-1)]).toEqual([held, `a${HOUR}`]);
  });

  it('holds them for ten seconds where messages come all the time', async () => {
    const world = new World();
    world.come('a', HOUR);
    for (let i = 1; i <= 99; i++) {
      world.come('a', i, { age: 100 * i });
      await world.time.pass(95);
    }
    expect(world.out).toEqual([]);
    world.come('a', HOUR + 1, { age: 10_001 });
    expect(world.out.slice(-3)).toEqual(['a99', `a${HOUR}`, `a${HOUR + 1}`]);
    expect(world.out).toHaveLength(101);
  });

  it('lets all go at the end of its source, and nothing after a stop', async () => {
    const world = new World();
    world.come('a', 1);
    world.source.complete();
    expect([world.out, world.isComplete, world.time.timers]).toEqual([['a1'], true, 0]);

    const other = new World();
    other.come('a', 1);
    other.stop();
    await other.time.pass(1000);
    expect([other.out, other.time.timers]).toEqual([[], 0]);
  });
});
