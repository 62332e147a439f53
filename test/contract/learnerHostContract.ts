import { describe, expect, it } from 'vitest';
import type { TidegateError } from '../../src/domain/errors.ts';
import type { DomainEvent, Report } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Label } from '../../src/domain/streamInput.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { evictionOf, idOf, stepOf } from '../pipeline/samples.ts';
import { keeping } from '../support/lent.ts';
import { REFUSED, TRICK } from '../support/trickyLearner.mjs';

/** A host of tricky learners that has been started, with everything that came out of it. */
export interface HostUnderTest {
  readonly host: LearnerHost;
  readonly forecasts: Forecast[];
  readonly events: DomainEvent[];
  readonly failures: TidegateError[];
}

export function startHost(create: (report: Report) => LearnerHost): HostUnderTest {
  const forecasts: Forecast[] = [];
  const events: DomainEvent[] = [];
  const failures: TidegateError[] = [];
  const host = create((event) => events.push(event));
  host.start(
    keeping((forecast) => forecasts.push(forecast)),
    (error) => failures.push(error),
  );
  return { host, forecasts, events, failures };
}

/** `stream@at samples/learned` of one stream's forecasts, or of all. */
export function told(forecasts: readonly Forecast[], stream?: string): string[] {
  return forecasts
    .filter((forecast) => stream === undefined || forecast.stream === stream)
    .map((forecast) => `${forecast.stream}@${forecast.at} ${forecast.samples}/${forecast.skill}`);
}

/** Contract of every learner host, wherever its learners are. `create` makes one with the learners of trickyLearner.mjs. */
export function learnerHostContract(create: (report: Report) => LearnerHost): void {
  const run = async (test: (subject: HostUnderTest) => Promise<void>): Promise<void> => {
    const subject = startHost(create);
    await test(subject);
    await subject.host.stop();
    expect(subject.failures).toEqual([]);
  };

  describe('a learner host', () => {
    it('answers every step, in order within a stream, each after the learning of the one before', () =>
      run(async ({ host, forecasts, events }) => {
        for (let at = 0; at < 300; at += 2)
          host.push(['a', 'b', 'c', 'd', 'e'].flatMap((stream) => [stepOf(stream, at), stepOf(stream, at + 1)]));
        host.push([]);
        await host.drain();
        for (const stream of ['a', 'b', 'c', 'd', 'e']) {
          const expected = Array.from({ length: 300 }, (_, at) => `${stream}@${at} ${at + 1}/${at}`);
          expect(told(forecasts, stream)).toEqual(expected);
        }
        expect(events).toEqual([]);
      }));

    it('forgets a stream after its steps before and before those after, within a turn or not', () =>
      run(async ({ host, forecasts }) => {
        host.push([stepOf('a', 1), stepOf('b', 1), stepOf('a', 2)]);
        host.evict(evictionOf('a').evicted);
        host.push([stepOf('a', 3), stepOf('b', 2)]);
        host.evict(idOf('a'));
        host.evict(idOf('a'));
        host.evict(idOf('never'));
        await host.drain();
        host.push([stepOf('a', 4)]);
        host.evict(idOf('b'));
        await host.drain();
        host.push([stepOf('b', 3), stepOf('a', 5)]);
        await host.drain();
        expect(told(forecasts, 'a')).toEqual(['a@1 1/0', 'a@2 2/1', 'a@3 1/0', 'a@4 1/0', 'a@5 2/1']);
        expect(told(forecasts, 'b')).toEqual(['b@1 1/0', 'b@2 2/1', 'b@3 1/0']);
      }));

    it('gives the state of a stream after all that was pushed before, and of none that is not there', () =>
      run(async ({ host }) => {
        host.push([stepOf('a', 1), stepOf('a', 2)]);
        const second = host.snapshot(idOf('a'));
        host.push([stepOf('a', 3)]);
        const third = host.snapshot(idOf('a'));
        host.evict(idOf('a'));
        const none = host.snapshot(idOf('a'));
        host.push([stepOf('a', 4)]);
        const first = host.snapshot(idOf('a'));
        expect(await Promise.all([second, third, none, first, host.snapshot(idOf('b'))])).toEqual([
          ...[Uint8Array.of(2, 2), Uint8Array.of(3, 3), undefined, Uint8Array.of(1, 1), undefined],
        ]);
      }));

    it('gives a look inside a learner after all that was pushed before, and inside of none that is not there', () =>
      run(async ({ host }) => {
        host.push([stepOf('a', 1), stepOf('a', 2)]);
        const second = host.inspect(idOf('a'));
        host.push([stepOf('a', 3)]);
        const looks = [second, host.inspect(idOf('a')), host.inspect(idOf('never'))];
        expect((await Promise.all(looks)).map((look) => look?.samples)).toEqual([2, 3, undefined]);
      }));

    it('gives a look into a memory after all that was pushed before, and into none that is not there', () =>
      run(async ({ host, forecasts }) => {
        host.push([stepOf('a', 1), stepOf('a', 2)]);
        const second = host.probe(idOf('a'), {});
        host.push([stepOf('a', 3)]);
        const third = host.probe(idOf('a'), { network: 'lstm_residual' });
        const refused = host.probe(idOf('a'), { network: 'classes' });
        host.evict(idOf('a'));
        const looks = await Promise.all([second, third, refused, host.probe(idOf('a'), {}), host.probe(idOf('b'), {})]);
        expect(looks.slice(2)).toEqual(['no-classes', undefined, undefined]);
        expect(looks.slice(0, 2)).toMatchObject([
          { stream: 'a', units: 2, network: 'lstm_direct', states: [{ name: 'h', values: new Float32Array(2) }] },
          { stream: 'a', units: 3, network: 'lstm_residual', horizon: 1 },
        ]);
        expect(told(forecasts)).toEqual(['a@1 1/0', 'a@2 2/1', 'a@3 3/2']);
      }));

    it('restores a stream before the steps that are pushed after, and after what it was before', () =>
      run(async ({ host, forecasts, events }) => {
        const outcomes = [host.restore(idOf('a'), Uint8Array.of(40, 39)), host.restore(idOf('b'), Uint8Array.of(7, 7))];
        host.push([stepOf('a', 1), stepOf('c', 1), stepOf('a', 2)]);
        host.evict(idOf('a'));
        outcomes.push(host.restore(idOf('a'), Uint8Array.of(60, 60)));
        const snapshot = host.snapshot(idOf('a'));
        host.push([stepOf('a', 3), stepOf('b', 1), stepOf('a', 4)]);
        expect(await Promise.all(outcomes)).toEqual(['restored', 'restored', 'restored']);
        await host.drain();
        expect(told(forecasts, 'a')).toEqual(['a@1 41/39', 'a@2 42/40', 'a@3 61/60', 'a@4 62/61']);
        expect(told(forecasts, 'b')).toEqual(['b@1 8/7']);
        expect(await snapshot).toEqual(Uint8Array.of(60, 60));
        expect(events).toEqual([]);
      }));

    it('hands an input beside the readings over in order with the steps, and says why one was not used', () =>
      run(async ({ host, forecasts, events }) => {
        const label = (stream: string, name: string): Label => ({
          kind: 'label',
          stream: idOf(stream),
          at: toEpochMs(1),
          from: toEpochMs(1),
          to: toEpochMs(1),
          label: name,
        });
        host.push([stepOf('a', 1), stepOf('b', 1)]);
        host.instruct(label('a', 'on'));
        host.push([stepOf('a', 2), stepOf('b', 2)]);
        host.instruct(label('b', 'unknown'));
        host.instruct(label('never', 'on'));
        host.evict(idOf('a'));
        host.instruct(label('a', 'on'));
        host.push([stepOf('a', 3)]);
        await host.drain();
        expect(told(forecasts, 'a')).toEqual(['a@1 1/0', 'a@2 2/101', 'a@3 1/0']);
        expect(told(forecasts, 'b')).toEqual(['b@1 1/0', 'b@2 2/1']);
        expect(events).toEqual([{ type: 'InputDropped', reason: 'no-classes', topic: 'b' }]);
      }));

    it('gives up the one learner that throws on an input beside the readings', () =>
      run(async ({ host, forecasts, events }) => {
        host.push([stepOf('a', 1), stepOf('b', 1)]);
        host.instruct({ kind: 'settings', stream: idOf('a'), at: toEpochMs(1), changes: 'bug' });
        host.push([stepOf('a', 2), stepOf('b', 2)]);
        await host.drain();
        expect(told(forecasts, 'a')).toEqual(['a@1 1/0', 'a@2 1/0']);
        expect(told(forecasts, 'b')).toEqual(['b@1 1/0', 'b@2 2/1']);
        expect(events).toMatchObject([
          { type: 'LearnerFailed', stream: 'a', error: { message: 'cannot be instructed' } },
          { type: 'InputDropped', reason: 'learner-failed', topic: 'a' },
        ]);
      }));

    it('says why a snapshot cannot be used, and begins the stream anew at its first step', () =>
      run(async ({ host, forecasts, events }) => {
        const restore = (kind: number): Promise<string> => host.restore(idOf('a'), Uint8Array.of(kind, 1));
        const { damaged, newer, mismatch, full } = REFUSED;
        const outcomes = [damaged, newer, mismatch, full].map(restore);
        host.push([stepOf('a', 1)]);
        expect(await Promise.all(outcomes)).toEqual(['damaged', 'newer', 'mismatch', 'no-memory']);
        await host.drain();
        expect(told(forecasts)).toEqual(['a@1 1/0']);
        expect(events).toEqual([]);
        expect(await restore(REFUSED.bug)).toBe('damaged');
        host.push([stepOf('a', 2)]);
        await host.drain();
        expect(told(forecasts)).toEqual(['a@1 1/0', 'a@2 2/1']);
        expect(events).toMatchObject([{ type: 'LearnerFailed', stream: 'a', error: { message: 'cannot restore' } }]);
      }));

    it('forgets a stream that was restored and never stepped', () =>
      run(async ({ host, forecasts }) => {
        const outcome = host.restore(idOf('a'), Uint8Array.of(40, 39));
        host.evict(idOf('a'));
        host.push([stepOf('a', 1)]);
        await host.drain();
        expect([await outcome, told(forecasts)]).toEqual(['restored', ['a@1 1/0']]);
      }));

    it('takes the bytes as they were when it was asked', () =>
      run(async ({ host }) => {
        const bytes = Uint8Array.of(0, 5, 4, 0).subarray(1, 3);
        const outcome = host.restore(idOf('a'), bytes);
        bytes.fill(9);
        expect(await outcome).toBe('restored');
        expect([...bytes]).toEqual([9, 9]);
        expect(await host.snapshot(idOf('a'))).toEqual(Uint8Array.of(5, 4));
      }));

    it('has answered everything once it is drained', () =>
      run(async ({ host }) => {
        for (let at = 0; at < 300; at++) host.push([stepOf('a', at), stepOf('b', at)]);
        host.evict(idOf('a'));
        expect(host.backlog).toBeLessThanOrEqual(600);
        await host.drain();
        expect(host.backlog).toBe(0);
      }));

    it('is drained only when everything has been learned too', () =>
      run(async ({ host, forecasts }) => {
        await host.drain();
        const started = performance.now();
        for (const stream of ['a', 'b', 'c', 'd']) host.push([stepOf(stream, 1, TRICK.learnLong)]);
        await host.drain();
        expect(performance.now() - started).toBeGreaterThan(240);
        expect(forecasts).toHaveLength(4);
      }));

    it('gives up a learner that fails, begins its stream anew, and lets the others go on', () =>
      run(async ({ host, forecasts, events }) => {
        host.push([stepOf('a', 1), stepOf('a', 2, TRICK.failStep), stepOf('b', 2), stepOf('a', 3)]);
        host.push([stepOf('c', 1, TRICK.failLearn), stepOf('b', 3)]);
        await host.drain();
        host.push([stepOf('c', 2)]);
        await host.drain();
        expect(told(forecasts, 'a')).toEqual(['a@1 1/0', 'a@3 1/0']);
        expect(told(forecasts, 'b')).toEqual(['b@2 1/0', 'b@3 2/1']);
        const dropped = (topic: string): object => ({ type: 'InputDropped', reason: 'learner-failed', topic });
        expect(events).toHaveLength(4);
        expect(events).toContainEqual(dropped('a'));
        expect(events).toContainEqual(dropped('c'));
        const failed = events.filter((event) => event.type === 'LearnerFailed');
        expect(failed.map(({ stream, error }) => [stream, (error as Error).message]).sort()).toEqual([
          ['a', 'cannot step'],
          ['c', 'cannot learn c'],
        ]);
        // What fails while it learns has given its forecast already. The step after it finds a new learner.
        expect(told(forecasts, 'c')).toEqual(['c@1 1/0', 'c@2 1/0']);
      }));

    it('reports any error, whatever it holds', () =>
      run(async ({ host, events }) => {
        host.push([stepOf('a', 1, TRICK.failOddly)]);
        await host.drain();
        const [failure] = events;
        expect(failure).toMatchObject({ type: 'LearnerFailed', stream: 'a', error: expect.any(Error) });
        expect(failure?.type === 'LearnerFailed' && (failure.error as Error).stack).toContain('TypeError: odd');
      }));

    it('stops as often as it is asked to', () =>
      run(async ({ host, forecasts }) => {
        host.push([stepOf('a', 1)]);
        await host.drain();
        await Promise.all([host.stop(), host.stop()]);
        await host.drain();
        expect(await host.snapshot(idOf('a'))).toBeUndefined();
        await expect(host.restore(idOf('a'), Uint8Array.of(1, 1))).rejects.toMatchObject({ code: 'TG_INTERNAL' });
        expect(told(forecasts)).toEqual(['a@1 1/0']);
      }));
  });
}
