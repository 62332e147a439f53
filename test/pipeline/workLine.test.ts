import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/domain/sample.ts';
import { isStep } from '../../src/pipeline/work.ts';
import { WorkLine } from '../../src/pipeline/workLine.ts';
import { evictionOf, ignore, keep, stepOf } from './samples.ts';

describe('WorkLine', () => {
  it('copies a step that comes: what becomes of its object later is not in the line', () => {
    const line = new WorkLine(ignore);
    const lent = { ...stepOf('attic', 1) };
    line.push(lent);
    Object.assign(lent, stepOf('barn', 2));
    const handed: unknown[] = [];
    line.handOver(9, (batch) => handed.push(...batch.map(keep)));
    expect(handed).toEqual([stepOf('attic', 1)]);
  });

  it('lends its steps for the time of the call: one that is kept is of no stream afterwards', () => {
    const line = new WorkLine(ignore);
    const kept: Step[] = [];
    line.push(stepOf('attic', 1));
    line.handOver(9, (batch) => kept.push(...batch.filter(isStep)));
    expect([kept[0]?.stream, kept[0]?.value]).toEqual(['', Number.NaN]);
  });

  it('keeps the order where a batch leads to more work, which is handed over within it, and where the ring grows', () => {
    const line = new WorkLine(ignore);
    const handed: unknown[] = [];
    let more = 0;
    const handOver = (): void =>
      line.handOver(3, (batch) => {
        const first = batch.map(keep);
        for (let i = 0; i < 40 && more < 200; i++)
          line.push(more % 7 === 0 ? evictionOf('barn') : stepOf('attic', more++));
        if (more % 7 === 0) more++;
        handed.push(...first);
        if (!line.isEmpty && handed.length < 100) handOver();
        // What was lent is still what it was.
        expect(batch).toEqual(first);
      });
    line.push(stepOf('attic', -1));
    for (let i = 0; !line.isEmpty && i < 1000; i++) handOver();
    const times = handed.filter((work) => isStep(work as Step)).map((step) => (step as Step).at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
    expect(line.length).toBe(0);
  });
});
