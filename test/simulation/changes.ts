import type { CarryReport } from '../../src/domain/carryReport.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { ForecastSink } from '../../src/domain/learnerHost.ts';
import type { Sample, Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { createKernel } from '../../src/hosts/createKernel.ts';
import { createLearnerFactory } from '../../src/hosts/createLearnerFactory.ts';
import { createInlineHost } from '../../src/hosts/inlineHost.ts';
import { StreamMachines } from '../../src/hosts/stream/streamMachines.ts';
import { decodeStreamState } from '../../src/hosts/stream/streamState.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { toHorizons } from '../support/series.ts';
import { makeSettings } from '../support/settings.ts';
import { World } from './world.ts';

/** Options that a user may change between two runs. */
interface Variant {
  readonly hidden: number;
  readonly horizons: readonly number[];
  readonly inputs: readonly string[];
}

const FIRST: Variant = { hidden: 8, horizons: [1], inputs: ['valve'] };
/** Each is a change of one option, and is taken back later. */
const CHANGES: readonly Partial<Variant>[] = [
  { hidden: 4 },
  { horizons: [1, 12] },
  { inputs: ['sun', 'valve'] },
  { hidden: 12 },
];

const STREAM = 'attic' as StreamId;
const MINUTE = 60_000;
/** Rows of the first life, of each life after it, and after a change before errors are compared. */
const YOUTH = 400;
const LIFE = 260;
const PATIENCE = 60;
/** Mean error in a life beside that of a twin whose settings never changed; networks of four units differ by chance. */
const MOST_ERROR = 1.25;
/** Difference of the first forecast after a growth. */
const SAME = 1e-5;
const WIDEST = 1.5;

/** Faults of a history, and what became of learning at each change. */
export interface ChangesOutcome {
  readonly faults: readonly string[];
  readonly carried: readonly CarryReport['state'][];
}

/**
 * The lives of one stream, whose settings differ from life to life, with kills and stops between them. The oracle of each life is a twin that goes
 * on from the same state under the settings of before.
 */
export async function simulate(seed: number): Promise<ChangesOutcome> {
  return new Changes(seed).run();
}

interface Reading {
  readonly at: number;
  readonly value: number;
  readonly inputs: Readonly<Record<string, number>>;
}

class Changes {
  readonly #world: World;
  readonly #readings: readonly Reading[];
  readonly #faults: string[] = [];
  readonly #carried: CarryReport['state'][] = [];
  /** State on the medium, and the number of readings in it. */
  #stored: { readonly state: Uint8Array; readonly count: number } | undefined;
  #variant = FIRST;
  #life: Life | undefined;
  /** Readings that were learned. */
  #count = 0;

  constructor(seed: number) {
    this.#world = new World(seed);
    this.#readings = makeReadings(this.#world, YOUTH + (2 * CHANGES.length + 1) * LIFE);
  }

  async run(): Promise<ChangesOutcome> {
    await this.#live(FIRST, YOUTH);
    const order = CHANGES.map((change) => ({ change, place: this.#world.integer(1000) }));
    for (const { change } of order.sort((a, b) => a.place - b.place)) {
      const before = this.#variant;
      await this.#end(change);
      await this.#live({ ...before, ...change }, LIFE);
      await this.#end(change);
      await this.#live(before, LIFE, change.hidden !== undefined && change.hidden < before.hidden);
    }
    await this.#life?.stop();
    return { faults: this.#faults, carried: this.#carried };
  }

  /** Stopped, which leaves no tail; or killed, where the tail is one of the same inputs. */
  async #end({ inputs }: Partial<Variant>): Promise<void> {
    if (this.#life !== undefined && (inputs !== undefined || this.#world.chance(0.5)))
      this.#stored = { state: await this.#life.state(), count: this.#count };
    await this.#life?.stop();
  }

  #fail(fault: string): void {
    this.#faults.push(`${this.#count}, ${JSON.stringify(this.#variant)}: ${fault}`);
  }

  /** One process. @param isReturn its networks were put aside, and have to come back */
  async #live(variant: Variant, rows: number, isReturn = false): Promise<void> {
    const stored = this.#stored;
    const life = new Life(settingsOf(variant), variant.inputs);
    this.#life = life;
    const twin = stored && createTwin(this.#variant, stored.state);
    this.#variant = variant;
    if (stored !== undefined) await this.#restore(life, variant, stored.state, isReturn);
    const errors: [number, number][] = [];
    const end = this.#count + rows;
    // The tail of a life that was killed is learned again.
    for (let row = stored?.count ?? 0; row < end; row++) {
      const reading = this.#readings[row] as Reading;
      const forecast = life.take(reading);
      const other = twin?.take(reading);
      if (forecast.samples !== row + 1) this.#fail(`${forecast.samples} readings in place of ${row + 1}`);
      const isSnapshot = row === end - 1 - Math.floor(rows / 8);
      if (isSnapshot) this.#stored = { state: await life.state(), count: row + 1 };
      if (other === undefined) continue;
      if (row === stored?.count) this.#compare(forecast, other, life.carried);
      const next = this.#readings[row + 1]?.value ?? reading.value;
      if (row >= (stored?.count ?? 0) + PATIENCE) errors.push([errorOf(forecast, next), errorOf(other, next)]);
    }
    this.#count = end;
    const [own, others] = [0, 1].map((i) => errors.reduce((sum, pair) => sum + (pair[i] as number), 0)) as [
      number,
      number,
    ];
    if (own > MOST_ERROR * others) this.#fail(`the error is ${(own / others).toFixed(3)} times that of before`);
    twin?.free();
  }

  async #restore(life: Life, variant: Variant, state: Uint8Array, isReturn: boolean): Promise<void> {
    const again = new Life(settingsOf(variant), variant.inputs);
    for (const each of [life, again]) {
      const outcome = await each.restore(state);
      if (outcome !== 'restored') this.#fail(`the state is ${outcome}`);
    }
    if (!Buffer.from(await life.learner()).equals(await again.learner()))
      this.#fail('a second start gives other numbers');
    await again.stop();
    const { carried } = life;
    if (carried === undefined) this.#fail('nothing is said of what was carried over');
    else this.#carried.push(carried.state);
    if (isReturn && carried?.state !== 'returned') this.#fail(`networks do not come back: ${carried?.state}`);
  }

  /** First forecasts after a change, of horizons that both have. */
  #compare(is: Forecast, was: Forecast, carried: CarryReport | undefined): void {
    const [own] = is.horizons;
    const [other] = was.horizons;
    if (own === undefined || other === undefined) {
      this.#fail('no forecast');
      return;
    }
    if ((is.anomalyScore === null) !== (was.anomalyScore === null)) this.#fail('the history of anomalies is lost');
    if ((own.lower === null) !== (other.lower === null)) this.#fail('the interval is lost');
    const widths = [own, other].map(({ lower, upper }) => (upper ?? 1) - (lower ?? 0)) as [number, number];
    const ratio = widths[0] / widths[1];
    if (!(ratio < WIDEST && ratio > 1 / WIDEST)) this.#fail(`the interval is ${ratio.toFixed(3)} times as wide`);
    const difference = Math.abs(own.mean - other.mean);
    const isSame = carried?.state === 'kept' || carried?.state === 'grown';
    if (isSame && difference > SAME) this.#fail(`the first forecast differs by ${difference}`);
  }
}

/** The machine of the stream and its learner, as the daemon puts them together. */
class Life {
  readonly #machines: StreamMachines;
  readonly #host;
  readonly #inputs: readonly string[];
  #machine: ReturnType<StreamMachines['machineFor']> | undefined;
  #last: Forecast | undefined;
  carried: CarryReport | undefined;

  constructor(settings: StreamSettings, inputs: readonly string[]) {
    const report = (event: DomainEvent): void => {
      if (event.type === 'StateCarriedOver') this.carried = event;
      if (event.type === 'LearnerFailed') throw event.error;
    };
    const settingsOf = (): StreamSettings => settings;
    const { learnerFor } = createLearnerFactory(settingsOf, undefined, report);
    this.#inputs = inputs;
    this.#host = createInlineHost({ learnerFor, report });
    const take: ForecastSink['take'] = (forecast) => {
      this.#last = forecast.toForecast();
    };
    this.#host.start({ take, endBatch: () => undefined }, (error) => {
      throw error;
    });
    const zoneOffsetOf = () => () => toDurationMs(0);
    this.#machines = new StreamMachines({ settingsOf, zoneOffsetOf, learners: this.#host, report, isKept: true });
  }

  restore(state: Uint8Array): Promise<string> {
    return this.#machines.restore(STREAM, state);
  }

  take(reading: Reading): Forecast {
    this.#machine ??= this.#machines.machineFor(STREAM, {
      pass: (steps) => this.#host.push([steps as Step]),
      instruct: (input) => this.#host.instruct(input),
      fail: (error) => {
        throw error;
      },
      end: () => undefined,
    });
    this.#machine.take(toSample(reading, this.#inputs));
    return this.#last as Forecast;
  }

  async learner(): Promise<Uint8Array> {
    return (await this.#host.snapshot(STREAM)) as Uint8Array;
  }

  async state(): Promise<Uint8Array> {
    let found: Uint8Array | undefined;
    const take = this.#machine?.snapshot((state) => {
      found = state;
    });
    take?.(await this.learner());
    return (found as Uint8Array).slice();
  }

  stop(): Promise<void> {
    return this.#host.stop();
  }
}

/** Goes on from a state under the settings that it was made with. */
function createTwin(variant: Variant, state: Uint8Array): { take(reading: Reading): Forecast; free(): void } {
  const settings = settingsOf(variant);
  const learner = new StreamLearner(createKernel(settings.model), settings, decodeStreamState(state)?.learner);
  return {
    take: (reading) => learner.step({ ...toSample(reading, variant.inputs), zoneOffset: toDurationMs(0) }).toForecast(),
    free: () => learner.free(),
  };
}

function settingsOf({ hidden, horizons, inputs }: Variant): StreamSettings {
  return makeSettings({
    horizons: toHorizons(...horizons),
    exogenous: inputs.length,
    inputNames: inputs,
    time: { ...makeSettings().time, sanity: false },
    model: { kernel: 'auto', hidden, replayRows: 300 },
  });
}

function toSample({ at, value, inputs }: Reading, names: readonly string[]): Sample {
  return { stream: STREAM, at: toEpochMs(at), value, inputs: names.map((name) => inputs[name] as number) };
}

function errorOf({ horizons }: Forecast, next: number): number {
  return Math.abs((horizons[0]?.mean ?? Number.NaN) - next);
}

/** A temperature that follows a valve of two rows ago; the sun is of no use to it. */
function makeReadings(world: World, rows: number): readonly Reading[] {
  const noise = (): number => (world.integer(2001) - 1000) / 1000;
  const valves: number[] = [];
  let value = 20;
  return Array.from({ length: rows }, (_, row) => {
    valves.push(row % 23 < 11 || world.chance(0.05) ? 1 : 0);
    value += 0.6 * ((valves[row - 2] ?? 0) - 0.5) - 0.1 * (value - 20) + 0.05 * noise();
    const inputs = { valve: valves[row] as number, sun: 5 * Math.sin(row / 40) + noise() };
    return { at: Date.UTC(2026, 0, 5) + row * MINUTE, value: Math.round(1000 * value) / 1000, inputs };
  });
}
