import type { Report } from '../domain/events.ts';
import type { Step } from '../domain/sample.ts';
import { StepRow } from '../domain/stepRow.ts';
import { StepRun } from './stepRun.ts';
import { type HandedWork, isStep, type Work } from './work.ts';

/** Slots of a new line. A power of two, as every later number of slots: the index wraps by a mask. */
const FIRST_SLOTS = 64;

/** Takes a batch, which is lent with its steps for the time of the call. */
type TakeBatch = (batch: readonly HandedWork[]) => void;

/**
 * Work in order, in a ring. A step is copied into the row of its slot, which is used again and again, so that steps which wait
 * cost no objects; runs are taken apart on the way out. The ring doubles on demand and stays at the size that the largest burst so far
 * needed. It has no bound of its own: its owner decides what is let in.
 */
export class WorkLine {
  readonly #report: Report;
  /** Work of each slot; a step is in the row of its slot. */
  #slots: (Work | undefined)[] = new Array<Work | undefined>(FIRST_SLOTS).fill(undefined);
  #rows: StepRow[] = Array.from({ length: FIRST_SLOTS }, () => new StepRow());
  /** The oldest slot that is in use: lent, or waiting. */
  #first = 0;
  /** Slots that are lent, and slots that wait behind them. */
  #lent = 0;
  #length = 0;
  /** Steps of the runs beyond one for each. */
  #more = 0;
  /** Batches that are being handed over: a batch may lead to more work, which then is handed over within it. */
  #depth = 0;
  readonly #batch: HandedWork[] = [];

  constructor(report: Report) {
    this.#report = report;
  }

  /** Steps, and what else there is, that are still to come. */
  get length(): number {
    return this.#length + this.#more;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  push(work: Work): void {
    if (this.#lent + this.#length === this.#slots.length) this.#grow();
    const slot = this.#slotAt(this.#lent + this.#length);
    this.#length++;
    if (work instanceof StepRun) {
      this.#more += work.length - 1;
      this.#slots[slot] = work;
    } else if (isStep(work)) {
      const row = this.#rows[slot];
      row.take(work);
      this.#slots[slot] = row;
    } else this.#slots[slot] = work;
  }

  /** Hands the oldest ones over, `most` at most; the rows of their steps are free again once the call has returned. */
  handOver(most: number, take: TakeBatch): void {
    const batch = this.#depth === 0 ? this.#batch : [];
    this.#depth++;
    try {
      this.#collect(most, batch);
      if (batch.length > 0) take(batch);
    } finally {
      batch.length = 0;
      this.#depth--;
      if (this.#depth === 0) this.#free();
    }
  }

  #collect(most: number, batch: HandedWork[]): void {
    while (batch.length < most && this.#length > 0) {
      const work = this.#slots[this.#slotAt(this.#lent)] as Work;
      if (work instanceof StepRun) {
        const step = this.#takeOf(work);
        if (step !== undefined) batch.push(step);
      } else {
        batch.push(work);
        this.#lend();
      }
    }
  }

  #slotAt(place: number): number {
    return (this.#first + place) & (this.#slots.length - 1);
  }

  /** The oldest slot that waits is through. */
  #lend(): void {
    this.#lent++;
    this.#length--;
  }

  /** The rows that were lent are free again. Holding on to their content would keep it in memory until the ring comes round. */
  #free(): void {
    for (let i = 0; i < this.#lent; i++) {
      const slot = this.#slotAt(i);
      this.#slots[slot] = undefined;
      this.#rows[slot].giveBack();
    }
    // Where nothing waits the ring begins at its start again: the same few rows stay in the cache.
    this.#first = this.#length === 0 ? 0 : this.#slotAt(this.#lent);
    this.#lent = 0;
  }

  #takeOf(run: StepRun): Step | undefined {
    const { length } = run;
    try {
      const step = run.take();
      if (length > 1) this.#more--;
      if (run.length === 0) this.#lend();
      return step;
    } catch (error) {
      // As in `routeStreams`: a failure costs the one sample, whose run this is.
      this.#report({ type: 'PipelineFailed', topic: run.stream, error });
      this.#report({ type: 'InputDropped', reason: 'stream-failed', topic: run.stream });
      this.#more -= length - 1;
      this.#lend();
      return undefined;
    }
  }

  #grow(): void {
    const { length } = this.#slots;
    const slots = new Array<Work | undefined>(2 * length).fill(undefined);
    const rows: StepRow[] = new Array(2 * length);
    for (let i = 0; i < length; i++) {
      const slot = this.#slotAt(i);
      slots[i] = this.#slots[slot];
      rows[i] = this.#rows[slot];
    }
    for (let i = length; i < 2 * length; i++) rows[i] = new StepRow();
    this.#slots = slots;
    this.#rows = rows;
    this.#first = 0;
  }
}
