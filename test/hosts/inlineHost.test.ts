import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import { ForecastRow } from '../../src/domain/forecastRow.ts';
import type { LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Step } from '../../src/domain/sample.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { createInlineHost } from '../../src/hosts/inlineHost.ts';
import { KernelFullError } from '../../src/kernel/kernel.ts';
import type { Learner } from '../../src/learner/learner.ts';
import { SnapshotError } from '../../src/model/snapshotFormat.ts';
import { learnerHostContract } from '../contract/learnerHostContract.ts';
import { forecastOf, idOf, stepOf } from '../pipeline/samples.ts';
import { createTrickyLearner, TRICK, trickyLearners, trickyLook } from '../support/trickyLearner.mjs';

/** Where a learner throws, and how often it does. */
interface Script {
  readonly make?: Error;
  readonly step?: Error;
  readonly learn?: Error;
  readonly free?: Error;
  readonly snapshot?: Error;
}

interface Stage {
  readonly host: LearnerHost;
  /** Everything that happened, in order. */
  readonly calls: string[];
  readonly events: DomainEvent[];
  /** Learners that were read ahead since the last look, with the turns until theirs. */
  readonly fetched: string[];
  /** Sets the outcome of the next calls of a stream's learners. */
  script(stream: string, script: Script): void;
}

/** A learner as its interface says: a step learns first what is pending. */
function createScriptedLearner(name: string, calls: string[], scriptOf: () => Script, fetched: string[] = []): Learner {
  let pending: Step | undefined;
  const attempt = (call: string, error: Error | undefined): void => {
    calls.push(`${call} ${name}`);
    if (error !== undefined) throw error;
  };
  const learn = (): void => {
    if (pending === undefined) return;
    pending = undefined;
    attempt('learn', scriptOf().learn);
  };
  return {
    prefetch(turns) {
      fetched.push(`${name} in ${turns}`);
      return 0;
    },
    step(step, forecast = new ForecastRow()) {
      learn();
      attempt('step', scriptOf().step);
      pending = step;
      return forecast.write(forecastOf(step.stream, step.at));
    },
    learn,
    instruct: () => undefined,
    inspect: () => ({ samples: 0, experts: [], baselines: [], horizons: [], networks: [], memories: [] }),
    snapshot() {
      attempt('snapshot', scriptOf().snapshot);
      return new Uint8Array([7]);
    },
    free: () => attempt('free', scriptOf().free),
  };
}

function createStage(putOff?: (learn: () => void) => void): Stage {
  const calls: string[] = [];
  const events: DomainEvent[] = [];
  const fetched: string[] = [];
  const out: string[] = [];
  const scripts = new Map<string, Script>();
  const made = new Map<string, number>();
  const host = createInlineHost({
    learnerFor(stream) {
      const scriptOf = (): Script => scripts.get(stream) ?? {};
      const number = (made.get(stream) ?? 0) + 1;
      made.set(stream, number);
      calls.push(`make ${stream}${number}`);
      const { make } = scriptOf();
      if (make !== undefined) throw make;
      return createScriptedLearner(`${stream}${number}`, calls, scriptOf, fetched);
    },
    report: (event) => events.push(event),
    ...(putOff !== undefined && { putOff }),
  });
  host.start(
    {
      take: ({ stream, at }) => out.push(`${stream}@${at}`),
      endBatch() {
        if (out.length > 0) calls.push(`out ${out.splice(0).join(' ')}`);
      },
    },
    (error) => {
      throw error;
    },
  );
  return { host, calls, events, fetched, script: (stream, script) => void scripts.set(stream, script) };
}

learnerHostContract((report) =>
  createInlineHost({ learnerFor: trickyLearners({ SnapshotError, KernelFullError }), look: trickyLook, report }),
);
learnerHostContract((report) => {
  const learnerFor = trickyLearners({ SnapshotError, KernelFullError });
  return createInlineHost({ learnerFor, look: trickyLook, report, putOff: (learn) => process.nextTick(learn) });
});

const ERROR = new Error('scripted');
const failedOf = (stream: string): DomainEvent[] => [
  { type: 'LearnerFailed', stream: idOf(stream), error: ERROR },
  { type: 'InputDropped', reason: 'learner-failed', topic: stream },
];

describe('createInlineHost', () => {
  it('tells of each batch once its forecasts are out, with its size and their time', () => {
    const told: unknown[] = [];
    let taken = 0;
    const host = createInlineHost({
      learnerFor: (stream) => createScriptedLearner(stream, [], () => ({})),
      report: () => undefined,
      onBatch: (steps, ms) => told.push([steps, taken, ms >= 0]),
    });
    const take = (): void => void taken++;
    host.start({ take, endBatch: () => undefined }, () => undefined);
    host.push([stepOf('a', 1), stepOf('b', 1)]);
    host.push([stepOf('a', 2)]);
    expect(told).toEqual([
      [2, 2, true],
      [1, 3, true],
    ]);
  });

  it('hands all forecasts of a batch out before anything is learned', () => {
    const { host, calls } = createStage();
    host.push([stepOf('a', 1), stepOf('b', 2)]);
    expect(calls).toEqual(['make a1', 'step a1', 'make b1', 'step b1', 'out a@1 b@2', 'learn a1', 'learn b1']);
  });

  it('learns in between where a stream comes several times in a batch, and keeps the order', () => {
    const { host, calls } = createStage();
    host.push([stepOf('a', 1), stepOf('b', 2), stepOf('a', 3), stepOf('a', 4)]);
    expect(calls.filter((call) => !call.startsWith('make'))).toEqual([
      ...['step a1', 'step b1', 'learn a1', 'step a1', 'learn a1', 'step a1'],
      'out a@1 b@2 a@3 a@4',
      ...['learn a1', 'learn b1'],
    ]);
  });

  it('puts learning off where it is told to, and has learned before anything else is asked of it', async () => {
    const asked: ((host: LearnerHost) => unknown)[] = [
      (host) => host.push([stepOf('b', 2)]),
      (host) => host.drain(),
      (host) => host.instruct({ kind: 'settings', stream: idOf('a'), at: toEpochMs(2), changes: '{}' }),
      (host) => host.snapshot(idOf('a')),
      (host) => host.inspect(idOf('a')),
      (host) => host.evict(idOf('a')),
    ];
    for (const ask of asked) {
      const due: (() => void)[] = [];
      const { host, calls } = createStage((learn) => due.push(learn));
      host.push([stepOf('a', 1)]);
      expect(calls.splice(0)).toEqual(['make a1', 'step a1', 'out a@1']);
      await ask(host);
      expect(calls[0]).toBe('learn a1');
      for (const learn of due) learn();
      expect(calls.filter((call) => call === 'learn a1')).toHaveLength(1);
    }
  });

  it('reads each learner ahead, two turns and one turn before its own', () => {
    const { host, calls, fetched } = createStage();
    const batch = ['a', 'b', 'c', 'd'].map((stream, i) => stepOf(stream, i));
    host.push(batch);
    expect(fetched).toEqual([]);
    calls.length = 0;
    host.push(batch);
    expect(fetched).toEqual(['c1 in 2', 'b1 in 1', 'd1 in 2', 'c1 in 1', 'd1 in 1']);
    expect(calls.filter((call) => call.startsWith('step'))).toEqual(['step a1', 'step b1', 'step c1', 'step d1']);
  });

  it('asks no learner again that has gone in the midst of a batch', () => {
    const { host, calls, script } = createStage();
    host.push([stepOf('a', 1), stepOf('b', 1)]);
    calls.length = 0;
    script('a', { step: ERROR });
    host.push([stepOf('a', 2), stepOf('a', 3), stepOf('b', 2), stepOf('a', 4)]);
    expect(calls).toEqual([
      ...['step a1', 'free a1', 'make a2', 'step a2', 'free a2', 'step b1', 'make a3', 'step a3', 'free a3'],
      ...['out b@2', 'learn b1'],
    ]);
  });

  it('keeps a learner from batch to batch, and says nothing for an empty one', () => {
    const { host, calls } = createStage();
    host.push([stepOf('a', 1)]);
    host.push([]);
    host.push([stepOf('a', 2)]);
    expect(calls).toEqual(['make a1', 'step a1', 'out a@1', 'learn a1', 'step a1', 'out a@2', 'learn a1']);
  });

  it('gives up a learner that throws in a step, makes it anew at the next one, and lets other streams go on', () => {
    const { host, calls, events, script } = createStage();
    script('a', { step: ERROR });
    host.push([stepOf('a', 1), stepOf('b', 1)]);
    expect(calls).toEqual(['make a1', 'step a1', 'free a1', 'make b1', 'step b1', 'out b@1', 'learn b1']);
    expect(events).toEqual(failedOf('a'));
    script('a', {});
    calls.length = 0;
    host.push([stepOf('a', 2)]);
    expect(calls).toEqual(['make a2', 'step a2', 'out a@2', 'learn a2']);
  });

  it('gives up a learner that throws while it learns, its forecast being out already', () => {
    const { host, calls, events, script } = createStage();
    script('a', { learn: ERROR });
    host.push([stepOf('a', 1), stepOf('b', 1)]);
    expect(calls.slice(-4)).toEqual(['out a@1 b@1', 'learn a1', 'free a1', 'learn b1']);
    expect(events).toEqual(failedOf('a'));
  });

  it('begins a stream anew within the batch in which its learner threw', () => {
    const { host, calls, events, script } = createStage();
    script('a', { learn: ERROR });
    host.push([stepOf('a', 1), stepOf('a', 2), stepOf('a', 3)]);
    // The second step fails on the learning of the first; the third begins anew and fails after its forecast.
    expect(calls).toEqual([
      ...['make a1', 'step a1', 'learn a1', 'free a1'],
      ...['make a2', 'step a2', 'out a@1 a@3', 'learn a2', 'free a2'],
    ]);
    expect(events).toEqual([...failedOf('a'), ...failedOf('a')]);
  });

  it('reports a learner that cannot be made, and tries again at the next step', () => {
    const { host, calls, events, script } = createStage();
    script('a', { make: ERROR });
    host.push([stepOf('a', 1), stepOf('b', 1)]);
    expect(events).toEqual(failedOf('a'));
    expect(calls).toContain('out b@1');
    script('a', {});
    host.push([stepOf('a', 2)]);
    expect(calls).toContain('out a@2');
  });

  it('survives a learner that cannot even be freed', () => {
    const { host, calls, events, script } = createStage();
    script('a', { step: ERROR, free: ERROR });
    host.push([stepOf('a', 1), stepOf('b', 1)]);
    expect(events).toEqual([...failedOf('a'), { type: 'LearnerFailed', stream: 'a', error: ERROR }]);
    expect(calls).toContain('out b@1');
  });

  it('takes a full kernel for a refusal: the step is dropped under its own name, the learner of another goes on', () => {
    const { host, calls, events, script } = createStage();
    script('a', { make: new KernelFullError(10, 95, 100) });
    host.push([stepOf('a', 1), stepOf('b', 1), stepOf('a', 2)]);
    const refusal = { type: 'InputDropped', reason: 'no-memory', topic: 'a' };
    expect(events).toEqual([refusal, refusal]);
    expect(calls).toContain('out b@1');
    script('a', {});
    host.push([stepOf('a', 3)]);
    expect(calls).toContain('out a@3');
  });

  it('tells each time that a learner was freed, and at no other', () => {
    let freed = 0;
    const host = createInlineHost({
      learnerFor: createTrickyLearner,
      onFreed: () => freed++,
      report: () => undefined,
    });
    host.push([stepOf('a', 1), stepOf('b', 1)]);
    host.evict(idOf('a'));
    host.evict(idOf('a'));
    host.evict(idOf('never'));
    expect(freed).toBe(1);
    host.push([stepOf('b', 2, TRICK.failStep)]);
    expect(freed).toBe(2);
  });

  it('frees a stream that is forgotten, and begins it anew when it comes back', () => {
    const { host, calls } = createStage();
    host.push([stepOf('a', 1)]);
    host.evict(idOf('a'));
    host.evict(idOf('a'));
    host.evict(idOf('never'));
    host.push([stepOf('a', 2)]);
    expect(calls.slice(4)).toEqual(['free a1', 'make a2', 'step a2', 'out a@2', 'learn a2']);
  });

  it('frees the learner that a stream had when it is restored, and not where that fails', async () => {
    const { host, calls, events, script } = createStage();
    host.push([stepOf('a', 1)]);
    script('a', { make: ERROR });
    expect(await host.restore(idOf('a'), Uint8Array.of(1))).toBe('damaged');
    expect(events).toEqual([{ type: 'LearnerFailed', stream: 'a', error: ERROR }]);
    host.push([stepOf('a', 2)]);
    script('a', {});
    expect(await host.restore(idOf('a'), Uint8Array.of(1))).toBe('restored');
    host.push([stepOf('a', 3)]);
    expect(calls.filter((call) => call !== 'learn a1')).toEqual([
      ...['make a1', 'step a1', 'out a@1', 'make a2', 'step a1', 'out a@2', 'make a3', 'free a1'],
      ...['step a3', 'out a@3', 'learn a3'],
    ]);
  });

  it('snapshots a stream; gives undefined for an unknown one, and rejects when the learner throws', async () => {
    const { host, script } = createStage();
    host.push([stepOf('a', 1)]);
    expect(await host.snapshot(idOf('a'))).toEqual(new Uint8Array([7]));
    expect(await host.snapshot(idOf('b'))).toBeUndefined();
    script('a', { snapshot: ERROR });
    await expect(host.snapshot(idOf('a'))).rejects.toBe(ERROR);
  });

  it('has learned everything when it is drained', async () => {
    const { host, calls } = createStage();
    host.push([stepOf('a', 1), stepOf('a', 2)]);
    await host.drain();
    expect(calls.filter((call) => call === 'learn a1')).toHaveLength(2);
  });

  it('frees all learners when it stops, also after one that throws', async () => {
    const { host, calls, script } = createStage();
    host.push([stepOf('a', 1), stepOf('b', 1)]);
    script('a', { free: ERROR });
    await host.stop();
    await host.stop();
    expect(calls.slice(-2)).toEqual(['free a1', 'free b1']);
  });
});
