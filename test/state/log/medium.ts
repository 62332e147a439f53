import type { DomainEvent } from '../../../src/domain/events.ts';
import { type JournalBatch, StoreError, type StoreFault } from '../../../src/domain/stateStore.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { Journal } from '../../../src/state/log/journal.ts';
import type { JournalOptions } from '../../../src/state/log/journalOptions.ts';
import { sampleOf } from '../../pipeline/samples.ts';
import { settle, VirtualTime } from '../../support/virtualTime.ts';

/** Medium that takes a journal's batches: at once, when the test says so, or not at all. */
export class JournalMedium {
  readonly time: VirtualTime = new VirtualTime();
  /** Times at which a batch was offered. */
  readonly offered: number[] = [];
  readonly taken: JournalBatch[] = [];
  readonly events: DomainEvent[] = [];
  fault: StoreFault | undefined;
  lost = 0;
  isSlow = false;
  readonly #held: (() => void)[] = [];
  readonly journal: Journal;

  constructor(options: Partial<JournalOptions> = {}) {
    this.journal = new Journal({
      append: (batch) => this.#append(batch),
      position: 0,
      commitInterval: toDurationMs(1000),
      mostEntries: 500,
      mostBytes: 4 * 2 ** 20,
      onFault: 'stop_ack',
      delay: this.time.delay,
      report: (event) => this.events.push(event),
      onLost: () => void this.lost++,
      ...options,
    });
  }

  /** Adds samples. */
  add(count = 1): void {
    for (let i = 0; i < count; i++) this.journal.add(sampleOf('attic', i));
  }

  /** Where it was slow: finishes what it has taken so far. */
  async finish(): Promise<void> {
    for (const finish of this.#held.splice(0)) finish();
    await settle();
  }

  /** First and last position of each batch on the medium. */
  get ranges(): [number, number][] {
    return this.taken.map(({ first, last }) => [first, last]);
  }

  get retries(): number[] {
    return this.events.flatMap((event) => (event.type === 'StoreFailed' ? [event.retryIn] : []));
  }

  async #append(batch: JournalBatch): Promise<void> {
    this.offered.push(this.time.now);
    if (this.isSlow) await new Promise<void>((resolve) => this.#held.push(resolve));
    if (this.fault !== undefined) throw new StoreError(this.fault, 'planted');
    this.taken.push(batch);
  }
}
