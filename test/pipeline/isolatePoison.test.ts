import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import { type Arrival, ownArrival } from '../../src/pipeline/arrival.ts';
import { isolatePoison } from '../../src/pipeline/isolatePoison.ts';
import { PoisonDetector } from '../../src/state/poisonDetector.ts';
import { settle } from '../support/virtualTime.ts';
import { arrivalOf, deliveryOf, lendEach, sampleOf } from './samples.ts';

const again = (topic: string, at: number): Arrival => arrivalOf(topic, at, deliveryOf(at, { isRedelivery: true }));
const keyOf = ({ message }: Arrival): string => `message ${message.checksum}`;

/** @param deaths of the process, by what it did alone */
function worldOf(deaths: Record<string, number> = {}) {
  const notes: unknown[] = [];
  const poison = new PoisonDetector({
    read: () => ({ among: [], deaths }),
    write: (note) => notes.push(structuredClone(note)),
  });
  const source = new Subject<Arrival>();
  const out: string[] = [];
  const events: DomainEvent[] = [];
  const depth = { waiting: 0 };
  const idlers: (() => void)[] = [];
  let isComplete = false;
  const idle = (): Promise<void> => new Promise((resolve) => idlers.push(resolve));
  const report = (event: DomainEvent): void => void events.push(event);
  const passed: Arrival[] = [];
  source.pipe(lendEach(), isolatePoison({ poison, idle, depth, report })).subscribe({
    next(arrival) {
      passed.push(ownArrival(arrival));
      out.push(`${arrival.message.topic}${arrival.inputs.length === 0 ? ' (empty)' : ''}`);
    },
    complete: () => {
      isComplete = true;
    },
  });
  /** The learners have caught up. */
  const learned = async (): Promise<void> => {
    for (const resolve of idlers.splice(0)) resolve();
    await settle();
  };
  const lastNote = () => notes.at(-1) as { among: string[]; alone?: string };
  return { source, out, passed, events, depth, learned, lastNote, isComplete: () => isComplete };
}

describe('isolatePoison', () => {
  it('lets messages pass that come for the first time', () => {
    const { source, out, depth } = worldOf();
    source.next(arrivalOf('attic', 1));
    source.next(arrivalOf('barn', 2, deliveryOf(2)));
    expect([out, depth.waiting]).toEqual([['attic', 'barn'], 0]);
  });

  it('keeps copies of a suspect and of what waits behind it', async () => {
    const [suspect, next] = [again('attic', 1), arrivalOf('barn', 2)];
    const { source, learned, passed } = worldOf({ [keyOf(suspect)]: 1 });
    source.next(suspect);
    source.next(next);
    for (let i = 0; i < 4; i++) await learned();
    expect(passed).toEqual([suspect, next]);
  });

  it('notes what comes again for as long as it is under way', async () => {
    const { source, out, learned, lastNote } = worldOf();
    source.next(again('attic', 1));
    source.next(again('barn', 2));
    await settle();
    expect(out).toEqual(['attic', 'barn']);
    expect(lastNote().among).toEqual([keyOf(again('attic', 1)), keyOf(again('barn', 2))]);
    await learned();
    expect(lastNote().among).toEqual([]);
  });

  it('passes a suspect message on alone, after everything before it is learned', async () => {
    const suspect = again('attic', 1);
    const { source, out, depth, learned, lastNote, isComplete } = worldOf({ [keyOf(suspect)]: 0 });
    source.next(arrivalOf('barn', 0));
    source.next(suspect);
    source.next(arrivalOf('cellar', 2));
    source.complete();
    expect([out, depth.waiting]).toEqual([['barn'], 1]);
    await learned();
    expect([out, lastNote().alone]).toEqual([['barn', 'attic'], keyOf(suspect)]);
    expect(isComplete()).toBe(false);
    await learned();
    expect([out, depth.waiting, lastNote().alone, isComplete()]).toEqual([
      ['barn', 'attic', 'cellar'],
      0,
      undefined,
      true,
    ]);
  });

  it('shows the samples that wait, however few messages they are of', async () => {
    const suspect = again('attic', 1);
    const { source, depth, learned } = worldOf({ [keyOf(suspect)]: 0 });
    source.next(suspect);
    const batch = arrivalOf('barn', 2);
    source.next({ ...batch, inputs: Array.from({ length: 1000 }, () => sampleOf('barn', 2)) });
    source.next({ ...arrivalOf('cellar', 3, deliveryOf(3)), inputs: [] });
    expect(depth.waiting).toBe(1001);
    await learned();
    await learned();
    expect(depth.waiting).toBe(0);
  });

  it('takes one suspect after the other, in order', async () => {
    const [first, second] = [again('attic', 1), again('barn', 2)];
    const { source, out, learned } = worldOf({ [keyOf(first)]: 0, [keyOf(second)]: 1 });
    for (const one of [first, second, arrivalOf('cellar', 3)]) source.next(one);
    for (const expected of [['attic'], ['attic'], ['attic', 'barn'], ['attic', 'barn', 'cellar']]) {
      await learned();
      expect(out.slice(0, expected.length)).toEqual(expected);
      if (expected.length === 1) expect(out).toHaveLength(1);
    }
    await learned();
    expect(out).toEqual(['attic', 'barn', 'cellar']);
  });

  it('takes the samples from one that the process has died of twice, and tells of it', () => {
    const killer = again('attic', 1);
    const { source, out, events } = worldOf({ [keyOf(killer)]: 2 });
    source.next(killer);
    expect(out).toEqual(['attic (empty)']);
    expect(events).toEqual([{ type: 'InputDropped', reason: 'quarantined', topic: 'attic' }]);
  });
});
