import type { SettingsOf } from '../../domain/decode.ts';
import type { Report } from '../../domain/events.ts';
import type { LearnerHost, RestoreOutcome } from '../../domain/learnerHost.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { ZoneOffset } from '../../domain/time.ts';
import type { MachineFor } from '../../pipeline/streamMachine.ts';
import { OneStream } from './oneStream.ts';
import { decodeStreamState } from './streamState.ts';

export interface StreamMachinesOptions {
  readonly settingsOf: SettingsOf;
  readonly zoneOffsetOf: (stream: StreamId) => ZoneOffset;
  readonly learners: Pick<LearnerHost, 'restore' | 'evict'>;
  readonly report: Report;
  /** The states of streams outlive them: samples that still wait at the end of a stream are then no drops. */
  readonly isKept: boolean;
}

/** Makes the machines of streams, and brings their states back. */
export class StreamMachines {
  readonly #options: StreamMachinesOptions;
  /** Cursors of streams that were restored and whose machine was not asked for yet: as many as are being restored. */
  readonly #restored = new Map<StreamId, unknown>();

  constructor(options: StreamMachinesOptions) {
    this.#options = options;
  }

  readonly machineFor: MachineFor = (stream, output) => {
    const { settingsOf, zoneOffsetOf, report, isKept } = this.#options;
    const settings = settingsOf(stream);
    const cursor = this.#restored.get(stream);
    this.#restored.delete(stream);
    return new OneStream({ stream, settings, zoneOffset: zoneOffsetOf(stream), report, isKept, cursor }, output);
  };

  /** Brings a stream back before its first input: its learner at once, its order and grid as soon as its machine is made. */
  async restore(stream: StreamId, state: Uint8Array): Promise<RestoreOutcome> {
    const found = decodeStreamState(state);
    if (found === undefined) return 'damaged';
    const outcome = await this.#options.learners.restore(stream, found.learner);
    if (outcome === 'restored') this.#restored.set(stream, found.cursor);
    return outcome;
  }

  /** Takes back what `restore` has brought, before the stream's first input. */
  evict(stream: StreamId): void {
    this.#restored.delete(stream);
    this.#options.learners.evict(stream);
  }
}
