import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { fakeTimers, inFakeTime } from './fakeTimers.ts';

const KINDS = {
  timeout: { set: (run: () => void) => setTimeout(run, 5), clear: (it: NodeJS.Timeout) => clearTimeout(it) },
  interval: { set: (run: () => void) => setInterval(run, 5), clear: (it: NodeJS.Timeout) => clearInterval(it) },
  immediate: { set: (run: () => void) => setImmediate(run), clear: (it: NodeJS.Immediate) => clearImmediate(it) },
};
const kind = fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[]));

/** Calls `act` from work that began before time was faked, and gives what it gave. */
function outsider(): { readonly ask: <Result>(act: () => Result) => Promise<Result> } {
  let wake: () => void = () => undefined;
  const work: (() => void)[] = [];
  const loop = async (): Promise<void> => {
    for (;;) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      for (const each of work.splice(0)) each();
    }
  };
  void loop();
  return {
    ask: (act) =>
      new Promise((resolve) => {
        work.push(() => resolve(act()));
        wake();
      }),
  };
}

describe('faked time', () => {
  it('counts the timers of its work, and none of work that began before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ kind, isOwn: fc.boolean(), isCleared: fc.boolean() })), async (timers) => {
        const others = outsider();
        const left: (() => void)[] = [];
        const { counted, own } = await inFakeTime(async () => {
          for (const { kind, isOwn, isCleared } of timers) {
            const { set, clear } = KINDS[kind];
            const handle = isOwn ? set(() => undefined) : await others.ask(() => set(() => undefined));
            if (isCleared) clear(handle as never);
            else if (!isOwn) left.push(() => clear(handle as never));
          }
          return { counted: vi.getTimerCount(), own: timers.filter((it) => it.isOwn && !it.isCleared).length };
        });
        for (const clear of left) clear();
        expect(counted).toBe(own);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves other work its own time: a chain of timers runs on, none of it in our clock', async () => {
    const started = Date.now();
    const ticks: number[] = [];
    let stop = false;
    const tick = (): void => void (!stop && ticks.push(Date.now()) && setTimeout(tick, 1));
    setTimeout(tick, 1);
    await inFakeTime(async () => {
      vi.setSystemTime(started);
      await vi.advanceTimersByTimeAsync(3_600_000);
      expect(ticks.length).toBeLessThan(1000);
      const before = ticks.length;
      await expect.poll(() => ticks.length).toBeGreaterThan(before + 2);
      expect(vi.getTimerCount()).toBe(0);
    });
    stop = true;
  });

  it('counts what follows from its work: promises, timers in timers', async () => {
    const count = await inFakeTime(async () => {
      void Promise.resolve().then(() => setTimeout(() => void setInterval(() => undefined, 10), 10));
      await vi.advanceTimersByTimeAsync(10);
      return vi.getTimerCount();
    });
    expect(count).toBe(1);
  });

  it('clears a timer of Node that was set before', async () => {
    let isRun = false;
    const handle = setTimeout(() => {
      isRun = true;
    }, 1);
    await inFakeTime(() => clearTimeout(handle));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(isRun).toBe(false);
  });

  it('gives the timers of Node back, after an error too', async () => {
    const before = [setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, Date];
    await expect(inFakeTime(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect([setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, Date]).toEqual(before);
  });
});

describe('a describe in faked time', () => {
  fakeTimers();

  it('has none to begin with, and its own are faked', async () => {
    let isRun = false;
    setTimeout(() => {
      isRun = true;
    }, 86_400_000);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(isRun).toBe(true);
    setTimeout(() => undefined, 1000);
  });

  it('holds none of the test before', () => {
    expect(vi.getTimerCount()).toBe(0);
  });
});
