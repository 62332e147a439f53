import { expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import { StoreError } from '../../src/domain/stateStore.ts';
import { Removals } from '../../src/state/removals.ts';
import { newResidency } from '../../src/state/streamResidency.ts';
import { idOf } from '../pipeline/samples.ts';
import { VirtualTime } from '../support/virtualTime.ts';

const A = idOf('a');

function world() {
  const time = new VirtualTime(0);
  const residencies = new Map([[A, newResidency(time.clock.now())]]);
  const told: DomainEvent['type'][] = [];
  const waiting: (() => void)[] = [];
  const medium = { refuses: false, cleared: 0 };
  const removals = new Removals({
    residencies,
    whenDurable: (run) => void waiting.push(run),
    async clear() {
      if (medium.refuses) throw new StoreError('failed', 'planted');
      medium.cleared++;
    },
    delay: time.delay,
    report: ({ type }) => void told.push(type),
  });
  const commit = (): void => {
    for (const run of waiting.splice(0)) run();
  };
  return { time, residency: residencies.get(A) as ReturnType<typeof newResidency>, told, medium, removals, commit };
}

it('waits for the journal, and is tried again until the medium takes it; the journal stays until then', async () => {
  const { time, told, medium, removals, commit } = world();
  medium.refuses = true;
  removals.add(A, 7);
  removals.add(idOf('b'), 9);
  await time.pass(5000);
  expect([told, medium.cleared, removals.neededFrom]).toEqual([[], 0, 7]);
  commit();
  await time.pass(5000);
  expect(told.length).toBeGreaterThanOrEqual(4);
  expect(new Set(told)).toEqual(new Set(['SnapshotFailed']));
  expect(removals.neededFrom).toBe(7);
  medium.refuses = false;
  await time.pass(3000);
  expect([medium.cleared, removals.neededFrom]).toEqual([2, undefined]);
});

it('leaves a later snapshot alone, and one that is on its way', async () => {
  const { time, residency, medium, removals, commit } = world();
  residency.underWay = { redoFrom: 8, newInputs: 1 };
  removals.add(A, 7);
  commit();
  await time.pass(5000);
  expect([medium.cleared, removals.neededFrom]).toEqual([0, 7]);
  residency.underWay = undefined;
  residency.generations = [9];
  await time.pass(5000);
  expect([medium.cleared, removals.neededFrom]).toEqual([0, undefined]);
});

it('waits while another state of the stream may be on its way', async () => {
  const { time, residency, medium, removals, commit } = world();
  (residency as { phase: string }).phase = 'restoring';
  removals.add(A, 7);
  commit();
  await time.pass(5000);
  expect(medium.cleared).toBe(0);
  (residency as { phase: string }).phase = 'resident';
  await time.pass(5000);
  expect(medium.cleared).toBe(1);
});

it('asks nothing more of the medium once it is closed', async () => {
  const { time, medium, removals, commit } = world();
  medium.refuses = true;
  removals.add(A, 7);
  commit();
  await time.pass(1000);
  removals.close();
  medium.refuses = false;
  await time.pass(60_000);
  expect([medium.cleared, removals.neededFrom]).toEqual([0, 7]);
});

it('leaves what came later to a later command, which may not be on the medium', async () => {
  const { time, residency, medium, removals, commit } = world();
  (residency as { phase: string }).phase = 'restoring';
  removals.add(A, 7);
  commit();
  residency.voidUpTo = 9;
  (residency as { phase: string }).phase = 'resident';
  removals.add(A, 9);
  await time.pass(5000);
  expect([medium.cleared, removals.neededFrom]).toEqual([0, 9]);
  commit();
  await time.pass(10);
  expect([medium.cleared, removals.neededFrom]).toEqual([1, undefined]);
});
