import { beforeEach, expect, it } from 'vitest';
import { Link } from '../../../../../src/outlets/page/site/data/link.ts';

/** A browser whose time a test moves. */
class Scene {
  now = 0;
  readonly states: string[] = [];
  readonly polls: number[] = [];
  opened = 0;
  closed = 0;
  canPoll = true;
  hello: () => void = () => undefined;
  fail: () => void = () => undefined;
  readonly #timers = new Set<{ at: number; run: () => void }>();
  readonly link: Link = new Link({
    open: (onHello, onError) => {
      this.opened++;
      this.hello = onHello;
      this.fail = onError;
      return { close: () => this.closed++ };
    },
    poll: async () => {
      this.polls.push(this.now);
      if (!this.canPoll) throw new Error('no answer');
    },
    onState: () => this.states.push(this.link.state.kind),
    delay: (run, after) => {
      const timer = { at: this.now + after, run };
      this.#timers.add(timer);
      return () => this.#timers.delete(timer);
    },
    now: () => this.now,
  });

  get waiting(): number {
    return this.#timers.size;
  }

  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = [...this.#timers].sort((a, b) => a.at - b.at).find(({ at }) => at <= end);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.now = next.at;
      next.run();
    }
    this.now = end;
  }
}

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
  scene.link.start();
});

it('is live with the first frame, and polls nothing', async () => {
  scene.hello();
  await scene.pass(3_600_000);
  expect(scene.states).toEqual(['live']);
  expect([scene.opened, scene.polls]).toEqual([1, []]);
});

it('polls every five seconds where no frame comes for ten, and tries events again each minute', async () => {
  await scene.pass(29_000);
  expect(scene.polls).toEqual([10_000, 15_000, 20_000, 25_000]);
  expect(scene.link.state.kind).toBe('polling');
  await scene.pass(60_000);
  // From 70 s on events are open again, and for ten seconds nothing is polled.
  expect(scene.opened).toBe(2);
  expect(scene.polls.filter((at) => at > 70_000 && at < 80_000)).toEqual([]);
  await scene.pass(60_000);
  expect(scene.opened).toBe(3);
  scene.hello();
  expect(scene.link.state.kind).toBe('live');
});

it('asks once where events break; waits longer with each failure, half a minute at most; and goes on by itself', async () => {
  scene.hello();
  scene.canPoll = false;
  scene.fail();
  await scene.pass(0);
  expect(scene.link.state).toEqual({ kind: 'lost', since: 0, retryAt: 1000 });
  const tries: number[] = [];
  for (let i = 0; i < 8; i++) {
    const before = scene.opened;
    const started = scene.now;
    while (scene.opened === before) await scene.pass(500);
    tries.push(scene.now - started);
    scene.fail();
    await scene.pass(0);
  }
  expect(tries).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  scene.canPoll = true;
  await scene.pass(30_000);
  scene.hello();
  expect(scene.link.state.kind).toBe('live');
});

it('does nothing more once it is stopped, also where an answer comes late', async () => {
  scene.fail();
  scene.link.stop();
  scene.hello();
  await scene.pass(3_600_000);
  expect([scene.waiting, scene.opened, scene.closed]).toEqual([0, 1, 1]);
  expect(scene.states).toEqual([]);
});
