import { from, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { TidegateError } from '../../src/domain/errors.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { ForecastSink, HostFailure, LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Step } from '../../src/domain/sample.ts';
import { learnWith } from '../../src/pipeline/learnWith.ts';
import type { HandedWork } from '../../src/pipeline/work.ts';
import { kept, lend } from '../support/lent.ts';
import { evictionOf, forecastOf, idOf, stepOf } from './samples.ts';

/** A host that writes down what it is asked, and answers when the test says so. */
function recordingHost() {
  const calls: string[] = [];
  let sink: ForecastSink | undefined;
  let finish: (() => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  let die: HostFailure | undefined;
  const host: LearnerHost = {
    start(given, failure) {
      calls.push('start');
      sink = given;
      die = failure;
    },
    push: (batch) => void calls.push(`push ${batch.map(({ stream, at }) => stream + at).join(' ')}`),
    drain: () =>
      new Promise((resolve, reject) => {
        calls.push('drain');
        finish = resolve;
        fail = reject;
      }),
    instruct: ({ kind, stream }) => void calls.push(`${kind} ${stream}`),
    evict: (stream) => void calls.push(`evict ${stream}`),
    backlog: 0,
    restore: async () => 'restored',
    inspect: async () => undefined,
    probe: async () => undefined,
    snapshot: async () => undefined,
    stop: async () => undefined,
  };
  return {
    host,
    calls,
    answer(...forecasts: Forecast[]) {
      for (const forecast of forecasts) lend(forecast, (row) => sink?.take(row));
      sink?.endBatch();
    },
    finish: () => finish?.(),
    fail: (error: Error) => fail?.(error),
    die: (error: TidegateError) => die?.(error),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('learnWith', () => {
  it('starts the host before the first batch and hands each batch over as it is', () => {
    const { host, calls } = recordingHost();
    const batch: readonly HandedWork[] = [stepOf('a', 1), stepOf('b', 1)];
    let pushed: readonly Step[] | undefined;
    const watching: LearnerHost = {
      ...host,
      push(steps) {
        pushed = steps;
        host.push(steps);
      },
    };

    of(batch, [stepOf('a', 2)], [])
      .pipe(learnWith(watching))
      .subscribe();

    expect(calls).toEqual(['start', 'push a1 b1', 'push a2', 'push ', 'drain']);
    expect(pushed).toEqual([]);
  });

  it('tells the host of an eviction after the steps before it and before those after it', () => {
    const { host, calls } = recordingHost();
    const e = evictionOf('a');

    from<readonly HandedWork[][]>([
      [stepOf('a', 1), stepOf('b', 1), e, stepOf('a', 2)],
      [e, e],
      [stepOf('b', 2), e],
    ])
      .pipe(learnWith(host))
      .subscribe();

    expect(calls).toEqual([
      'start',
      'push a1 b1',
      'evict a',
      'push a2',
      'evict a',
      'evict a',
      'push b2',
      'evict a',
      'drain',
    ]);
  });

  describe('takes states', () => {
    /** A host that knows the learners of some streams. */
    function hostWith(states: Record<string, Uint8Array>, isGone = false) {
      const { host, calls } = recordingHost();
      const taking: LearnerHost = {
        ...host,
        snapshot: async (stream) => {
          calls.push(`snapshot ${stream}`);
          if (isGone) throw new TidegateError('TG_THREAD_DIED', 'gone');
          return states[stream];
        },
      };
      return { host: taking, calls };
    }

    it('between the steps before and after it; of one that is forgotten before it is', async () => {
      const { host, calls } = hostWith({ a: Uint8Array.of(1), b: Uint8Array.of(2) });
      const taken: unknown[] = [];
      const take = (learner: Uint8Array | undefined): void => void taken.push(learner);

      from<readonly HandedWork[][]>([
        [stepOf('a', 1), { checkpoint: idOf('a'), take }, stepOf('a', 2), { evicted: idOf('b'), take }],
        [{ checkpoint: idOf('c'), take }],
      ])
        .pipe(learnWith(host))
        .subscribe();
      await turn();

      expect(calls).toEqual([
        'start',
        'push a1',
        'snapshot a',
        'push a2',
        'snapshot b',
        'evict b',
        'snapshot c',
        'drain',
      ]);
      expect(taken).toEqual([Uint8Array.of(1), Uint8Array.of(2), undefined]);
    });

    it('and says that there is none where the learners are gone', async () => {
      const { host } = hostWith({}, true);
      const taken: unknown[] = [];

      of<HandedWork[]>([{ checkpoint: idOf('a'), take: (learner) => taken.push(learner) }])
        .pipe(learnWith(host))
        .subscribe();
      await turn();

      expect(taken).toEqual([undefined]);
    });
  });

  it('passes forecasts on in the order given, whenever they come', () => {
    const { host, answer } = recordingHost();
    const source = new Subject<readonly HandedWork[]>();
    const seen: Forecast[] = [];
    source.pipe(learnWith(host), kept()).subscribe((forecast) => seen.push(forecast));

    source.next([stepOf('a', 1), stepOf('b', 1)]);
    answer(forecastOf('b', 1), forecastOf('a', 1));
    source.complete();
    answer(forecastOf('a', 2));

    expect(seen.map(({ stream, at }) => stream + at)).toEqual(['b1', 'a1', 'a2']);
  });

  it('completes only when the host has drained', async () => {
    const { host, finish } = recordingHost();
    let isComplete = false;
    of([stepOf('a', 1)])
      .pipe(learnWith(host))
      .subscribe({
        complete: () => {
          isComplete = true;
        },
      });

    await turn();
    const wasComplete = isComplete;
    finish();
    await turn();

    expect([wasComplete, isComplete]).toEqual([false, true]);
  });

  it('fails where the host cannot drain or cannot take a batch', async () => {
    const errors: unknown[] = [];
    const { host, fail } = recordingHost();
    const refusing: LearnerHost = {
      ...host,
      push() {
        throw new Error('no room');
      },
    };

    of([stepOf('a', 1)])
      .pipe(learnWith(host))
      .subscribe({ error: (error) => errors.push(error) });
    fail(new Error('gone'));
    of([stepOf('a', 1)])
      .pipe(learnWith(refusing))
      .subscribe({ error: (error) => errors.push(error) });
    await turn();

    expect(errors).toEqual([new Error('no room'), new Error('gone')]);
  });

  it('fails as soon as the learners are gone, with the error that says so', () => {
    const { host, die, answer } = recordingHost();
    const errors: unknown[] = [];
    const seen: Forecast[] = [];
    new Subject<readonly HandedWork[]>().pipe(learnWith(host), kept()).subscribe({
      next: (forecast) => seen.push(forecast),
      error: (error) => errors.push(error),
    });

    const error = new TidegateError('TG_THREAD_DIED', 'gone');
    die(error);
    die(error);
    answer(forecastOf('a', 1));

    expect([errors, seen]).toEqual([[error], []]);
  });

  it('passes the error of the source on without waiting for the host', () => {
    const { host, calls } = recordingHost();
    const errors: unknown[] = [];

    throwError(() => new Error('source'))
      .pipe(learnWith(host))
      .subscribe({ error: (error) => errors.push(error) });

    expect(errors).toEqual([new Error('source')]);
    expect(calls).toEqual(['start']);
  });
});
