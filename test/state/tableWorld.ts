import type { DomainEvent } from '../../src/domain/events.ts';
import type { RestoreOutcome } from '../../src/domain/learnerHost.ts';
import { type StoredStream, StoreError, type StreamSnapshot } from '../../src/domain/stateStore.ts';
import { RedoLog } from '../../src/state/log/redoLog.ts';
import { ResidencyTable } from '../../src/state/residencyTable.ts';
import { StateRestorer } from '../../src/state/stateRestorer.ts';
import { sampleOf } from '../pipeline/samples.ts';
import { VirtualTime } from '../support/virtualTime.ts';
import { batchWith } from './log/entries.ts';

/** State of a stream of a life before. */
export const LEARNER: Uint8Array = Uint8Array.of(1, 2, 3);

export interface Before {
  readonly streams?: readonly StoredStream[];
  /** Streams of the journal's entries, from position 1 on. */
  readonly journal?: readonly string[];
  readonly outcome?: RestoreOutcome;
  readonly leastSamples?: number;
  /** Default: far more than any test has. */
  readonly mostLeavingBytes?: number;
}

/** A residency whose journal and medium are the test's. */
export class TableWorld {
  readonly time: VirtualTime = new VirtualTime(1000);
  readonly saved: StreamSnapshot[] = [];
  readonly forgotten: string[] = [];
  readonly removed: string[] = [];
  readonly restored: (readonly [string, Uint8Array])[] = [];
  readonly events: DomainEvent[] = [];
  position = 100;
  /** Up to there the journal is on the medium. */
  durable: number = Number.POSITIVE_INFINITY;
  isFull = false;
  /** The journal says that it is on the medium, and is not. */
  isLying = false;
  readonly residency: ResidencyTable;

  constructor({ streams = [], journal = [], outcome = 'restored', ...others }: Before = {}) {
    const { leastSamples = 1, mostLeavingBytes = 1e9 } = others;
    const from = new Map(streams.map(({ stream, generations }) => [stream, generations.at(-1)?.position ?? 0]));
    const redoLog = new RedoLog((stream) => from.get(stream) ?? 0);
    if (journal.length > 0) redoLog.read(batchWith(journal.map((stream, i) => sampleOf(stream, i + 1))));
    const restorer = new StateRestorer({
      load: async (stream) => {
        const { position = from.get(stream) ?? 0, bytes = LEARNER } =
          this.saved.findLast((it) => it.stream === stream) ?? {};
        return { stream, position, generation: 1, bytes };
      },
      restore: async (stream, learner) => {
        this.restored.push([stream, learner]);
        return outcome;
      },
      evict: () => undefined,
      redoLog,
      reread: async () => ({ redoLog, from: 1, isWhole: true }),
      delay: this.time.delay,
    });
    this.residency = new ResidencyTable({
      opening: { streams, lastPosition: 100 },
      redoLog,
      restorer,
      position: () => this.position,
      journalReach: () => ({ start: 1, holesUpTo: 0 }),
      isFailing: () => false,
      whenDurable: (run) => run(),
      clear: async (stream) => void this.removed.push(stream),
      forget: (stream) => {
        this.forgotten.push(stream);
        return this.position;
      },
      leastSamples,
      mostLeavingBytes,
      untilDurable: async (position) => {
        while (this.durable < position && !this.isLying)
          await new Promise<void>((resolve) => void this.time.delay(resolve, 10 as never));
      },
      durable: () => this.durable,
      save: async (snapshot) => {
        if (this.isFull) throw new StoreError('full', 'planted');
        this.saved.push(snapshot);
      },
      besideNext: ({ generations }) => generations.slice(0, 1),
      clock: this.time.clock,
      delay: this.time.delay,
      report: (event) => this.events.push(event),
    });
  }

  /** A sample comes in. */
  note(stream: string): boolean {
    this.position++;
    return this.residency.note(sampleOf(stream, this.position), this.position);
  }

  ofType(type: DomainEvent['type']): readonly DomainEvent[] {
    return this.events.filter((event) => event.type === type);
  }
}
