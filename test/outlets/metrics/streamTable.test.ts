import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamTable } from '../../../src/outlets/metrics/streamTable.ts';
import type { StreamChange } from '../../../src/outlets/outlet.ts';
import { forecastOf, idOf } from '../../pipeline/samples.ts';
import { lend } from '../../support/lent.ts';

const started = (name: string): StreamChange => ({ kind: 'started', stream: idOf(name) });
const evicted = (name: string): StreamChange => ({ kind: 'evicted', stream: idOf(name) });
const namesOf = (table: StreamTable): string[] => [...table.figures].map(({ stream }) => stream);

describe('StreamTable', () => {
  it('has a place for those that came first, and tells how many are left off', () => {
    const table = new StreamTable(2);
    for (const name of ['a', 'b', 'c']) table.change(started(name));
    expect([namesOf(table), table.alive, table.leftOff]).toEqual([['a', 'b'], 3, 1]);
    table.change(evicted('c'));
    expect([table.alive, table.leftOff]).toEqual([2, 0]);
    table.change(evicted('a'));
    table.change(started('d'));
    expect([namesOf(table), table.leftOff]).toEqual([['b', 'd'], 0]);
  });

  it('never holds more than it may, and all that live where there is room', () => {
    const change = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), isStart: fc.boolean() });
    fc.assert(
      fc.property(fc.nat({ max: 6 }), fc.array(change, { maxLength: 40 }), (most, changes) => {
        const table = new StreamTable(most);
        const alive = new Set<string>();
        for (const { name, isStart } of changes) {
          if (isStart === alive.has(name)) continue;
          table.change(isStart ? started(name) : evicted(name));
          if (isStart) alive.add(name);
          else alive.delete(name);
          expect(table.alive).toBe(alive.size);
          expect(namesOf(table).length).toBeLessThanOrEqual(most);
          expect(namesOf(table).every((it) => alive.has(it))).toBe(true);
          expect(table.leftOff).toBe(alive.size - namesOf(table).length);
          if (most >= 5) expect(table.leftOff).toBe(0);
        }
      }),
    );
  });

  it('passes over forecasts of streams that have left, or that it has no place for', () => {
    const table = new StreamTable(1);
    for (const name of ['a', 'b']) table.change(started(name));
    table.change(evicted('a'));
    for (const name of ['a', 'b']) lend(forecastOf(name, 1), (forecast) => table.take(forecast));
    expect(namesOf(table)).toEqual([]);
  });

  it('counts an anomaly once, at its start', () => {
    const table = new StreamTable(1);
    table.change(started('a'));
    for (const anomaly of [false, true, true, false, true, false])
      lend(forecastOf('a', 1, { anomaly }), (forecast) => table.take(forecast));
    expect([...table.figures]).toMatchObject([{ anomalies: 2, isAnomalous: false }]);
  });

  it('has the mean error of the last readings, whatever could not be compared', () => {
    const table = new StreamTable(1);
    table.change(started('a'));
    const told = (value: number | null, mean: number): void =>
      lend(forecastOf('a', 1, { value, expected: { mean, lower: null, upper: null } }), (it) => table.take(it));
    told(null, 3);
    expect([...table.figures][0]?.error).toBeNaN();
    told(5, 3);
    expect([...table.figures][0]?.error).toBe(2);
    told(null, 100);
    expect([...table.figures][0]?.error).toBe(2);
    for (let i = 0; i < 1000; i++) told(10, 3);
    expect([...table.figures][0]?.error).toBeCloseTo(7, 6);
  });
});
