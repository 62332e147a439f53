import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RestoreOutcome } from '../../../src/domain/learnerHost.ts';
import type { Sample, Step } from '../../../src/domain/sample.ts';
import { StepRow } from '../../../src/domain/stepRow.ts';
import type { Label } from '../../../src/domain/streamInput.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { decodeStreamState } from '../../../src/hosts/stream/streamState.ts';
import { StepRun } from '../../../src/pipeline/stepRun.ts';
import type { StreamMachine } from '../../../src/pipeline/streamMachine.ts';
import { everyMessage, idOf, ignore, sampleOf, settingsWith, utc } from '../../pipeline/samples.ts';
import { machinesOf } from '../../support/machines.ts';

const ATTIC = idOf('attic');
const LEARNER = Uint8Array.of(1, 2, 3);
const GRID = { every: toDurationMs(10), gapAfter: toDurationMs(25) };

/** Everything that a machine passes on, each run of steps taken apart. */
class Passed {
  readonly steps: Step[] = [];
  readonly others: string[] = [];

  readonly pass = (steps: Step | StepRun): void => {
    if (!(steps instanceof StepRun)) this.steps.push(StepRow.copyOf(steps));
    else while (steps.length > 0) this.steps.push(steps.take());
  };
  readonly instruct = ({ kind }: { readonly kind: string }): void =>
    void this.others.push(`${kind} after ${this.steps.length}`);
  readonly fail = (error: unknown): void => void this.others.push(String(error));
  readonly end = (): void => void this.others.push('end');
}

function stateOf(machine: StreamMachine): Uint8Array {
  let state: Uint8Array | undefined;
  machine.snapshot((taken) => {
    state = taken;
  })(LEARNER);
  return state as Uint8Array;
}

function world(step: Parameters<typeof settingsWith>[0], outcome: RestoreOutcome = 'restored') {
  const restored: Uint8Array[] = [];
  const machines = machinesOf({
    settingsOf: () => settingsWith(step),
    zoneOffsetOf: () => utc,
    report: ignore,
    isKept: true,
    learners: {
      restore: async (_stream, learner) => {
        restored.push(learner);
        return outcome;
      },
      evict: () => undefined,
    },
  });
  return { machines, restored };
}

const samplesAt = (times: readonly number[]): Sample[] => times.map((at, i) => sampleOf('attic', at, i + 1));

describe('StreamMachines', () => {
  it('goes on from any snapshot as if nothing had been, on a grid and message by message', async () => {
    const cadences = fc.constantFrom(everyMessage, GRID);
    const gaps = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(cadences, gaps, fc.nat(20), async (step, intervals, cut) => {
        let at = 1000;
        const times = intervals.map((interval) => (at += interval));
        const samples = samplesAt(times);
        const whole = new Passed();
        const one = world(step).machines.machineFor(ATTIC, whole);
        for (const sample of samples) one.take(sample);

        const first = new Passed();
        const before = world(step).machines.machineFor(ATTIC, first);
        for (const sample of samples.slice(0, cut)) before.take(sample);
        const { machines, restored } = world(step);
        expect(await machines.restore(ATTIC, stateOf(before))).toBe('restored');
        expect(restored).toEqual([LEARNER]);
        const second = new Passed();
        const after = machines.machineFor(ATTIC, second);
        for (const sample of samples.slice(cut)) after.take(sample);

        expect([...first.steps, ...second.steps]).toEqual(whole.steps);
      }),
      { numRuns: 200 },
    );
  });

  it('takes the cursor of the moment of the snapshot, however late the learner gives its part', () => {
    const { machines } = world(everyMessage);
    const machine = machines.machineFor(ATTIC, new Passed());
    machine.take(sampleOf('attic', 1));
    let state: Uint8Array | undefined;
    const takeLearner = machine.snapshot((taken) => {
      state = taken;
    });
    machine.take(sampleOf('attic', 2));
    takeLearner(LEARNER);
    expect(decodeStreamState(state as Uint8Array)).toMatchObject({ cursor: { at: 1 }, learner: LEARNER });
  });

  it('has no state where there is no learner', () => {
    const taken: unknown[] = [];
    const machine = world(everyMessage).machines.machineFor(ATTIC, new Passed());
    machine.snapshot((state) => taken.push(state))(undefined);
    expect(taken).toEqual([undefined]);
  });

  it.each(['damaged', 'newer', 'mismatch', 'no-memory'] as const)(
    'begins order and grid anew where the learner is %s',
    async (outcome) => {
      const before = world(everyMessage).machines.machineFor(ATTIC, new Passed());
      before.take(sampleOf('attic', 500));
      const { machines } = world(everyMessage, outcome);
      expect(await machines.restore(ATTIC, stateOf(before))).toBe(outcome);
      const passed = new Passed();
      machines.machineFor(ATTIC, passed).take(sampleOf('attic', 100));
      expect(passed.steps.map(({ at }) => at)).toEqual([100]);
    },
  );

  it('restores nothing of bytes that are not the state of a stream', async () => {
    const { machines, restored } = world(everyMessage);
    expect(await machines.restore(ATTIC, Uint8Array.of(9, 9))).toBe('damaged');
    expect(restored).toEqual([]);
  });

  it('gives a restored cursor to one machine only', async () => {
    const before = world(everyMessage).machines.machineFor(ATTIC, new Passed());
    before.take(sampleOf('attic', 500));
    const { machines } = world(everyMessage);
    await machines.restore(ATTIC, stateOf(before));
    machines.machineFor(ATTIC, new Passed());
    const passed = new Passed();
    machines.machineFor(ATTIC, passed).take(sampleOf('attic', 100));
    expect(passed.steps).toHaveLength(1);
  });

  it('passes an input beside the readings on in its place among the steps', () => {
    const AT = toEpochMs(1);
    const label: Label = { kind: 'label', stream: ATTIC, at: AT, from: AT, to: AT, label: 'on' };
    const passed = new Passed();
    const machine = world(everyMessage).machines.machineFor(ATTIC, passed);
    machine.take(sampleOf('attic', 1));
    machine.take(label);
    machine.take(sampleOf('attic', 2));
    machine.take({ kind: 'settings', stream: ATTIC, at: AT, changes: '{}' });
    machine.complete();
    expect(passed.others).toEqual(['label after 1', 'settings after 2', 'end']);
  });
});
