import { toStreamId } from '../../../domain/streamId.ts';
import { type DurationMs, type EpochMs, toDurationMs, toIsoTime } from '../../../domain/time.ts';
import { createLaundry, type LaundryRow, PHASES, type Phase } from './laundry.ts';
import { createRandom, type Random } from './random.ts';
import type { LabelledSensor } from './sensor.ts';

const TOPIC = 'zigbee2mqtt/laundry_plug';
const PERIOD: DurationMs = toDurationMs(120_000);
/** Labels come so late, as from somebody who looks back. */
const DELAY: DurationMs = toDurationMs(2 * 3_600_000);
/** Share of the parts of programmes that are told. */
const TOLD = 0.4;

interface Part {
  readonly phase: Phase;
  readonly from: EpochMs;
  to: EpochMs;
}

/** The plug of a washing machine whose phases are told late, and of some parts of its programmes only. */
export function createLaundrySensor(seed: number): LabelledSensor {
  const rows = createLaundry(createRandom(seed), PERIOD);
  const parts = new ToldParts(createRandom(seed + 1));
  return {
    name: 'laundry',
    topic: TOPIC,
    path: 'power',
    timePath: 'last_seen',
    unit: 'W',
    stream: toStreamId(TOPIC, 'power'),
    periodMs: PERIOD,
    faults: [],
    payload(at) {
      const { value } = rows.next() as IteratorYieldResult<LaundryRow>;
      parts.add(value.phase, at);
      return JSON.stringify({ last_seen: toIsoTime(at), power: Math.round(10 * value.power) / 10, state: 'ON' });
    },
    labels: {
      topic: 'laundry/phase',
      options: { classes: PHASES, delay: '4h', label_path: 'phase', from: 'from', to: 'to' },
      due: (at) => parts.due(at),
    },
  };
}

/** Parts of programmes that are over, until they are told. */
class ToldParts {
  readonly #random: Random;
  readonly #waiting: Part[] = [];
  #current: Part | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  add(phase: Phase, at: EpochMs): void {
    const current = this.#current;
    if (current?.phase === phase) {
      current.to = at;
      return;
    }
    if (current !== undefined && this.#random.uniform() < TOLD) this.#waiting.push(current);
    this.#current = { phase, from: at, to: at };
  }

  /** The message of a part that is told now; undefined: there is none. */
  due(at: EpochMs): string | undefined {
    const [oldest] = this.#waiting;
    if (oldest === undefined || oldest.to + DELAY > at) return undefined;
    this.#waiting.shift();
    const { phase, from, to } = oldest;
    return JSON.stringify({ phase, from: toIsoTime(from), to: toIsoTime(to) });
  }
}
