import type { StreamId } from '../../src/domain/streamId.ts';
import type { Ledger, Reading } from './ledger.ts';
import type { SimBroker } from './simBroker.ts';
import { nameOfClass } from './simLearner.ts';
import { encode, everyStream, LABEL_MARK, type SimStream, toldBy } from './streams.ts';
import type { World } from './world.ts';

const FIRST_DAY = 1_700_000_000_000;
const LONGEST_SLEEP_MS = 1_200_000;
const HOUR_MS = 3_600_000;

/** Sends readings, and writes down what it sent. */
export class Sensors {
  readonly #world: World;
  readonly #broker: SimBroker;
  readonly #ledger: Ledger;
  readonly #sent = new Map<string, number>();
  readonly #newest = new Map<string, Reading>();
  /** Offsets of the devices' own clocks. */
  readonly #offsets = new Map<string, number>();
  readonly #asleepUntil = new Map<string, number>();
  readonly #isSleepy: boolean;
  readonly #isAlike: boolean;
  #ticks = 0;
  /** Time that has passed for everyone beside the world's. */
  #elapsed = 0;

  /** @param isAlike whether messages of readings without a time are all the same; else each has another text for the same value */
  constructor(world: World, broker: SimBroker, ledger: Ledger, isSleepy: boolean, isAlike: boolean) {
    this.#isSleepy = isSleepy;
    this.#isAlike = isAlike;
    this.#world = world;
    this.#broker = broker;
    this.#ledger = ledger;
  }

  /** Never the same moment twice: two readings of one moment would be a duplicate. */
  now(offset = 0): number {
    return FIRST_DAY + this.#world.now + this.#elapsed + offset + ++this.#ticks / 4096;
  }

  /** Nothing happens for this time. */
  elapse(ms: number): void {
    this.#elapsed += ms;
  }

  send(stream: SimStream): void {
    const before = this.#newest.get(stream.topic);
    if (stream.isDisorderly && before !== undefined && this.#world.chance(0.03)) this.#publish(stream, [before]);
    else
      this.#publish(
        stream,
        everyStream([stream]).map((one) => this.#read(one)),
      );
    if (stream.isLabelled && this.#world.chance(0.3)) this.#label(stream);
    if (this.#isSleepy && this.#world.chance(0.015)) {
      this.#asleepUntil.set(stream.topic, this.#world.now + this.#world.integer(LONGEST_SLEEP_MS));
    }
  }

  /** Those that have something to say. */
  awake(streams: readonly SimStream[]): readonly SimStream[] {
    return streams.filter(({ topic }) => (this.#asleepUntil.get(topic) ?? 0) <= this.#world.now);
  }

  resetClock(stream: SimStream): void {
    if (!stream.isDisorderly) return;
    const offset = this.#offsets.get(stream.topic) ?? 0;
    this.#offsets.set(stream.topic, offset + this.#world.pick([-26, -2, -0.5, 0.5, 26]) * HOUR_MS);
  }

  /** A message of one label, or of a few for one span, the last of which counts. One may be of an unknown class. */
  #label({ topic }: SimStream): void {
    const world = this.#world;
    const end = this.now(-world.integer(3_600_000));
    const fields = Array.from({ length: 1 + world.integer(3) }, () => {
      const label = { from: end - world.integer(60_000), to: end, number: world.integer(1000) };
      const isKnown = world.chance(0.9);
      if (isKnown) this.#ledger.taught(topic as StreamId, label);
      return [topic, LABEL_MARK, label.from, label.to, isKnown ? nameOfClass(label.number) : 'unknown'];
    });
    this.#broker.publish(topic, encode(fields), () => undefined);
  }

  #read(stream: SimStream): Reading {
    const { topic, inputs, isTimedByArrival, isDisorderly } = stream;
    const number = (this.#sent.get(topic) ?? 0) + 1;
    this.#sent.set(topic, number);
    const late = isDisorderly && this.#world.chance(0.05) ? this.#world.integer(60_000) : 0;
    const reading = {
      at: this.now((this.#offsets.get(topic) ?? 0) - late),
      value: isTimedByArrival ? 1 : number,
      inputs: Array.from({ length: inputs }, (_, i) => (this.#world.chance(0.4) ? Number.NaN : number + i / 8)),
    };
    this.#newest.set(topic, reading);
    return reading;
  }

  /** One message with a reading of the sensor and of each of its other fields. */
  #publish(sensor: SimStream, readings: readonly Reading[]): void {
    const fields = readings.map((reading, i) => {
      const stream = everyStream([sensor])[i] as SimStream;
      this.#ledger.sent(stream.topic as StreamId, reading);
      return [stream.topic, ...this.#numbersOf(stream, reading)];
    });
    this.#broker.publish(sensor.topic, encode(fields), () => {
      for (const reading of readings) reading.excuse ??= 'nobody was there';
    });
  }

  #numbersOf(stream: SimStream, { at, value, inputs }: Reading): (string | number)[] {
    const { topic, isTimedByArrival, clock } = stream;
    if (isTimedByArrival) return [this.#isAlike ? '1' : `1.${'0'.repeat(this.#sent.get(topic) ?? 0)}`];
    if (clock === 'certain') return [value, at, ...inputs];
    const told = toldBy(stream, at, value);
    return told === undefined ? [value] : [value, `@${told}`];
  }
}
