import { BehaviorSubject, NEVER, Subject } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { type LifecycleParts, runLifecycle } from '../../src/app/lifecycle.ts';
import type { Source } from '../../src/app/source.ts';
import { TidegateError } from '../../src/domain/errors.ts';
import type { BorrowedForecast } from '../../src/domain/forecast.ts';
import type { Outlet } from '../../src/outlets/outlet.ts';
import { OutletStage } from '../contract/outletContract.ts';
import { forecastOf, repeatsOf } from '../pipeline/samples.ts';
import { lend } from '../support/lent.ts';
import { VirtualTime } from '../support/virtualTime.ts';

/** A daemon of parts that only note what they are told. */
class Rig {
  readonly calls: string[] = [];
  readonly forecasts$: Subject<BorrowedForecast> = new Subject();
  readonly connected$: BehaviorSubject<boolean> = new BehaviorSubject(false);
  readonly time: VirtualTime = new VirtualTime();
  readonly stage: OutletStage = new OutletStage();
  readonly stop: AbortController = new AbortController();
  fail: (error: TidegateError) => void = () => undefined;

  note<Result>(call: string, result: Result): () => Result {
    return () => {
      this.calls.push(call);
      return result;
    };
  }

  outlet(name: string, changes: Partial<Outlet> = {}): Outlet {
    return {
      name,
      start: this.note(`start ${name}`, undefined),
      stop: this.note(`stop ${name}`, undefined),
      ...changes,
    };
  }

  parts(changes: Partial<LifecycleParts> = {}): LifecycleParts {
    const done = Promise.resolve();
    const source = {
      inbound$: NEVER,
      repeats: repeatsOf(),
      connected$: this.connected$,
      start: this.note('source starts', undefined),
      publish: () => true,
      publishTo: () => true,
      listen: () => () => undefined,
      outboundBytes: 0,
      closeIntake: this.note('intake closes', undefined),
      stop: this.note('source stops', done),
    } satisfies Source;
    const durable = {
      poison: { close: this.note('suspects close', undefined) },
      start: this.note('durable starts', undefined),
      bringBack: this.note('streams come back', undefined),
      takeBeforeStop: this.note('states are taken', undefined),
      stop: (patience: number) => this.note(`state is kept within ${patience}`, done)(),
    } as unknown as LifecycleParts['durable'];
    const failed = new Promise<never>((_, reject) => {
      this.fail = reject;
    });
    failed.catch(() => undefined);
    return {
      source,
      durable,
      failed,
      host: { stop: this.note('host stops', done) } as unknown as LifecycleParts['host'],
      store: { close: this.note('store closes', done) } as unknown as LifecycleParts['store'],
      forecasts$: this.forecasts$,
      outlets: [this.outlet('first'), this.outlet('second')],
      shared: this.stage.shared,
      retained: this.stage.retained,
      mayComeBack: () => true,
      report: this.stage.report,
      delay: this.time.delay,
      ...changes,
    };
  }

  run(changes?: Partial<LifecycleParts>): Promise<void> {
    return runLifecycle(this.parts(changes), this.stop.signal);
  }
}

const GOODBYE = ['stop second', 'stop first', 'source stops', 'host stops', 'store closes'];

describe('runLifecycle', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it('starts outlets before the source, and says goodbye in the order in which each is not needed any more', async () => {
    const running = rig.run();
    expect(rig.calls.splice(0)).toEqual(['start first', 'start second', 'source starts', 'durable starts']);
    rig.connected$.next(true);
    rig.connected$.next(false);
    rig.connected$.next(true);
    expect(rig.calls.splice(0)).toEqual(['streams come back']);
    rig.stop.abort();
    expect(rig.calls.splice(0)).toEqual(['states are taken', 'intake closes']);
    rig.forecasts$.complete();
    await running;
    expect(rig.calls[0]).toBe('suspects close');
    expect(rig.calls[1]).toMatch(/^state is kept within 2[56]\d\d/);
    expect(rig.calls.slice(2)).toEqual(GOODBYE);
    expect(rig.time.timers).toBe(0);
  });

  it('waits for the forecasts of what came in, and no longer than 1.8 s', async () => {
    let isOver = false;
    const running = rig.run().then(() => {
      isOver = true;
    });
    rig.stop.abort();
    await rig.time.pass(1799);
    expect([isOver, rig.calls.includes('host stops')]).toEqual([false, false]);
    await rig.time.pass(1);
    await running;
    expect(rig.calls.slice(-5)).toEqual(GOODBYE);
    expect(rig.forecasts$.observed).toBe(false);
  });

  it('waits 1.3 s for an outlet, a source, a host and a store that never stop, and then ends', async () => {
    const never = new Promise<void>(() => undefined);
    const outlet = rig.outlet('stuck', { stop: () => never });
    let isOver = false;
    const running = rig
      .run({ outlets: [outlet], host: { stop: () => never } as unknown as LifecycleParts['host'] })
      .then(() => {
        isOver = true;
      });
    rig.stop.abort();
    rig.forecasts$.complete();
    await rig.time.pass(1299);
    expect(isOver).toBe(false);
    await rig.time.pass(1);
    await running;
    expect(rig.time.timers).toBe(0);
  });

  it('gives forecasts to every outlet, though one of them throws on each', async () => {
    const seen: number[] = [];
    const broken = rig.outlet('broken', {
      start: ({ follow, forecasts$ }) =>
        follow(forecasts$, () => {
          throw new Error('no');
        }),
    });
    const sound = rig.outlet('sound', {
      start: ({ follow, forecasts$ }) => follow(forecasts$, ({ at }) => seen.push(at)),
    });
    const running = rig.run({ outlets: [broken, sound] });
    for (const at of [1, 2]) lend(forecastOf('a', at), (forecast) => rig.forecasts$.next(forecast));
    expect([seen, rig.stage.failures]).toEqual([
      [1, 2],
      ['broken', 'broken'],
    ]);
    rig.stop.abort();
    rig.forecasts$.complete();
    await running;
  });

  it.each([
    ['an error of ours', new Error('bug'), 'TG_INTERNAL'],
    ['an error with a code', new TidegateError('TG_THREAD_DIED', 'gone'), 'TG_THREAD_DIED'],
  ])('ends with %s in the pipeline, after its goodbye', async (_, error, code) => {
    const running = rig.run();
    rig.forecasts$.error(error);
    await expect(running).rejects.toMatchObject({ code });
    expect(rig.calls).not.toContain('suspects close');
    expect(rig.calls.slice(-5)).toEqual(GOODBYE);
  });

  it('ends where the state has to be taken up anew, and where the source cannot start', async () => {
    const running = rig.run();
    rig.fail(new TidegateError('TG_STATE_RETURNED', 'planted'));
    await expect(running).rejects.toMatchObject({ code: 'TG_STATE_RETURNED' });
    expect(rig.calls.slice(-5)).toEqual(GOODBYE);

    const other = new Rig();
    const parts = other.parts();
    const start = (): never => {
      throw new TidegateError('TG_CONFIG_UNREADABLE', 'a certificate');
    };
    const failing = runLifecycle({ ...parts, source: { ...parts.source, start } }, other.stop.signal);
    await expect(failing).rejects.toMatchObject({ code: 'TG_CONFIG_UNREADABLE' });
    expect(other.calls.slice(-5)).toEqual(GOODBYE);
  });

  it('ends with TG_INTERNAL where streams cannot be brought back by a bug of ours', async () => {
    const parts = rig.parts();
    const bringBack = (): never => {
      throw new Error('bug');
    };
    const durable = { ...parts.durable, bringBack } as unknown as LifecycleParts['durable'];
    const running = runLifecycle({ ...parts, durable }, rig.stop.signal);
    rig.connected$.next(true);
    await expect(running).rejects.toMatchObject({ code: 'TG_INTERNAL' });
  });

  it('closes the intake at once where it is told to stop before it begins', async () => {
    rig.stop.abort();
    const running = rig.run();
    expect(rig.calls.slice(-2)).toEqual(['states are taken', 'intake closes']);
    rig.forecasts$.complete();
    await running;
  });
});
