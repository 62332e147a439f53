import type { Origin, Sample } from '../../domain/sample.ts';
import { ownSample } from '../../domain/sampleRow.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { toEpochMs } from '../../domain/time.ts';
import { CATCHING_UP } from './messagePace.ts';
import { fromPlain, toPlain } from './plainNumber.ts';

const HOUR_MS = 3_600_000;
/** Number in a row, each live and none going on as a backlog does, after which the clock was put back. */
const ENOUGH_LIVE = 3;
/** Number of a backlog that came behind newer readings: far behind, and where they could still have been overtaken on the way. */
const ENOUGH_FAR = 8;
const ENOUGH_NEAR = 64;

/** A sample whose time its message tells. */
export interface ToldSample extends Sample {
  readonly origin: Origin;
}

/** Meaning of two samples in a row: live messages with a wrong clock, or readings of before that come late. */
type Kind = 'wrong-clock' | 'late' | 'neither';

/** `wrong-clock`: all that wait count, each at its arrival. `late`: all count at their own times, and time goes back. */
export type Release = 'wrong-clock' | 'late' | undefined;

/**
 * Samples that are older than the newest of their stream wait here. One is a late delivery, which a causal learner cannot use;
 * several in a row show that the clock was put back, or that a backlog came behind a newer reading, and then all of them count.
 * At most 64 wait, as copies.
 */
export class Latecomers {
  #waiting: ToldSample[] = [];
  #kind: Kind = 'neither';

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Those that wait came in one burst. */
  get isBacklog(): boolean {
    return this.#kind === 'late';
  }

  /**
   * @param newest the time that it is older than
   * @param isLive whether an interval between two arrivals is one of live messages
   * @param drop hears of those that count no more
   */
  add(
    sample: ToldSample,
    newest: number,
    isLive: (interval: number) => boolean,
    drop: (sample: ToldSample) => void,
  ): Release {
    const last = this.#waiting.at(-1);
    if (last !== undefined) {
      const kind = kindOf(last, sample, isLive);
      // Of two runs only the second can still show anything; the last of the first may be its beginning.
      if (kind === 'neither' || (this.#kind !== 'neither' && this.#kind !== kind)) {
        const kept = kind === 'neither' ? [] : this.#waiting.splice(-1);
        for (const one of this.takeAll()) drop(one);
        this.#waiting = kept;
      }
      this.#kind = kind;
    }
    this.#waiting.push(ownSample(sample) as ToldSample);
    const enough = newest - sample.at > HOUR_MS ? ENOUGH_FAR : ENOUGH_NEAR;
    if (this.#kind === 'wrong-clock') return this.#waiting.length >= ENOUGH_LIVE ? this.#kind : undefined;
    return this.#waiting.length >= enough ? 'late' : undefined;
  }

  takeAll(): readonly ToldSample[] {
    const taken = this.#waiting;
    this.#waiting = [];
    this.#kind = 'neither';
    return taken;
  }

  save(): unknown {
    return { kind: this.#kind, samples: this.#waiting.map(toPlainSample) };
  }

  load(saved: unknown): void {
    const { kind, samples } = (saved ?? {}) as Record<string, unknown>;
    this.#waiting = Array.isArray(samples) ? samples.map(fromPlainSample) : [];
    this.#kind = kind === 'wrong-clock' || kind === 'late' ? kind : 'neither';
  }
}

function kindOf(last: ToldSample, next: ToldSample, isLive: (interval: number) => boolean): Kind {
  const told = next.at - last.at;
  const arrived = next.origin.arrival - last.origin.arrival;
  if (isLive(arrived) && told < CATCHING_UP * arrived) return 'wrong-clock';
  return told > 0 ? 'late' : 'neither';
}

function toPlainSample({ stream, at, value, inputs, effort, marks, origin }: ToldSample): unknown {
  const { arrival, isBacklog } = origin;
  return { stream, at, value: toPlain(value), inputs: inputs?.map(toPlain), effort, marks, arrival, isBacklog };
}

function fromPlainSample(plain: unknown): ToldSample {
  const { stream, at, value, inputs, effort, marks, arrival, isBacklog } = (plain ?? {}) as Record<string, unknown>;
  return {
    stream: stream as StreamId,
    at: toEpochMs(fromPlain(at)),
    value: fromPlain(value),
    ...(Array.isArray(inputs) && { inputs: inputs.map(fromPlain) }),
    ...(typeof effort === 'number' && { effort: effort as NonNullable<Sample['effort']> }),
    ...(typeof marks === 'number' && { marks }),
    origin: { arrival: toEpochMs(fromPlain(arrival)), isTold: true, isBacklog: isBacklog === true },
  };
}
