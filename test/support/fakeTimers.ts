import { AsyncLocalStorage } from 'node:async_hooks';
import { aroundEach, vi } from 'vitest';

const NAMES = ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'] as const;

type Timers = Record<(typeof NAMES)[number], (...args: unknown[]) => unknown>;

const globals = globalThis as unknown as Timers;
const real: Timers = pick(globals);

/** Classes of the timers of Node. A faked timer is of another class. */
const realClasses = [setTimeout(() => undefined), setImmediate(() => undefined)].map((handle) => {
  clearTimeout(handle as NodeJS.Timeout);
  clearImmediate(handle as NodeJS.Immediate);
  return handle.constructor;
});

const owners = new AsyncLocalStorage<object>();

/**
 * Runs the work with the faked timers of vitest. They hold only what the work sets, and what follows from it. Test files share a process: what another file left
 * behind (a broker that closes, a client that connects again) keeps the timers of Node, is not counted, and is not hurried by `vi.advanceTimersByTime`.
 */
export async function inFakeTime<Result>(work: () => Result): Promise<Awaited<Result>> {
  const owner = {};
  vi.useFakeTimers();
  try {
    const faked = pick(globals);
    for (const name of NAMES) globals[name] = new Proxy(faked[name], { apply: routeOf(name, owner, faked) });
    return await owners.run(owner, work);
  } finally {
    vi.useRealTimers();
  }
}

/** Every test of the file, or of the `describe`, runs in faked time with its hooks (`inFakeTime`). */
export function fakeTimers(): void {
  aroundEach((runTest) => inFakeTime(runTest));
}

/** Work of the owner has faked timers, other work those of Node. A timer is cleared in the clock that it was set in. */
function routeOf(
  name: keyof Timers,
  owner: object,
  faked: Timers,
): NonNullable<ProxyHandler<Timers['setTimeout']>['apply']> {
  const isClear = name.startsWith('clear');
  return (_target, _self, args: unknown[]) => {
    const isFaked = isClear ? !isReal(args[0]) : owners.getStore() === owner;
    return (isFaked ? faked : real)[name](...args);
  };
}

function isReal(handle: unknown): boolean {
  return realClasses.some((Handle) => handle instanceof Handle);
}

function pick(timers: Timers): Timers {
  return Object.fromEntries(NAMES.map((name) => [name, timers[name]])) as Timers;
}
