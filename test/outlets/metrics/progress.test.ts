import { describe, expect, it } from 'vitest';
import { Progress, TICK_MS } from '../../../src/outlets/metrics/progress.ts';
import type { StateHealth } from '../../../src/state/stateHealth.ts';
import { Counters } from '../../../src/telemetry/counters.ts';
import { STATE, sourcesOf } from './metricSources.ts';

function createStage() {
  let now = 1000;
  let state: StateHealth = { ...STATE, uncommitted: 0 };
  const unanswered = [0, 0];
  const { config } = sourcesOf();
  const progress = new Progress({
    config,
    health: {
      counters: new Counters(),
      loads: () => unanswered.map((unansweredMs) => ({ waiting: 0, unansweredMs, activeMs: 0 })),
      state: () => state,
    },
    now: () => now,
  });
  return {
    progress,
    unanswered,
    config,
    set: (changes: Partial<StateHealth>) => {
      state = { ...state, ...changes };
    },
    /** Lets time pass, with ticks as they should come. */
    pass(ms: number) {
      for (let passed = 0; passed < ms; passed += TICK_MS) {
        now += TICK_MS;
        progress.tick();
      }
    },
    /** Lets time pass without a tick. */
    block(ms: number) {
      now += ms;
      progress.tick();
    },
    statuses: () => Object.fromEntries(Object.entries(progress.checks()).map(([part, { status }]) => [part, status])),
  };
}

const WELL = { event_loop: 'ok', learners: 'ok', store: 'ok', broker: 'ok' };

describe('Progress', () => {
  it('finds nothing in a daemon that works, however long', () => {
    const { progress, pass, set, statuses } = createStage();
    progress.connected(true);
    for (let flushes = 0; flushes < 200; flushes++) {
      set({ uncommitted: 5, flushes });
      pass(10_000);
      expect(statuses()).toEqual(WELL);
    }
  });

  it('tells of an event loop that was blocked, for half a minute', () => {
    const { progress, pass, block, statuses } = createStage();
    progress.connected(true);
    block(TICK_MS + 4000);
    expect(statuses()).toEqual(WELL);
    block(TICK_MS + 7000);
    expect(progress.checks().event_loop).toEqual({ status: 'stuck', reason: 'blocked for 7 s, 0 s ago' });
    pass(29_000);
    expect(statuses()).toEqual({ ...WELL, event_loop: 'stuck' });
    pass(2000);
    expect(statuses()).toEqual(WELL);
  });

  it('names a learner thread that has not answered for a minute', () => {
    const { progress, unanswered, statuses } = createStage();
    progress.connected(true);
    unanswered[1] = 59_000;
    expect(statuses()).toEqual(WELL);
    unanswered[1] = 61_000;
    expect(progress.checks().learners).toEqual({
      status: 'stuck',
      reason: 'learner thread 2 has not answered for 61 s',
    });
  });

  it('tells of a disk that takes nothing as what a restart does not mend, and of a write that never ends as stuck', () => {
    const { progress, pass, set, statuses } = createStage();
    progress.connected(true);
    set({ degraded: ['not-written'], uncommitted: 10 });
    pass(600_000);
    expect(statuses()).toEqual({ ...WELL, store: 'degraded' });
    set({ degraded: ['damaged'], uncommitted: 0 });
    pass(TICK_MS);
    expect(statuses()).toEqual(WELL);
    set({ degraded: [], uncommitted: 1 });
    pass(170_000);
    expect(statuses()).toEqual(WELL);
    pass(60_000);
    expect(progress.checks().store).toEqual({
      status: 'stuck',
      reason: expect.stringMatching(/^nothing was written for 2\d\d s, and something waits$/),
    });
    set({ flushes: 99 });
    pass(TICK_MS);
    expect(statuses()).toEqual(WELL);
  });

  it('tells of a broker that is away as degraded for as long as it is tried, and as stuck where it is not', () => {
    const { progress, pass, statuses } = createStage();
    for (let i = 0; i < 60; i++) {
      pass(60_000);
      expect(statuses()).toEqual({ ...WELL, broker: 'degraded' });
      progress.tried(60_000);
    }
    pass(160_000);
    expect(statuses()).toEqual({ ...WELL, broker: 'stuck' });
    progress.connected(true);
    expect(statuses()).toEqual(WELL);
    progress.connected(false);
    expect(progress.checks().broker).toEqual({ status: 'degraded', reason: 'not connected' });
  });
});
