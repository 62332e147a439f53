import type { Effort } from '../../domain/effort.ts';
import { type Marks, NO_MARKS } from '../../domain/marks.ts';
import { sameNames } from '../../domain/sameNames.ts';
import type { Origin, Sample } from '../../domain/sample.ts';
import type { JournalPosition } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import {
  isAdoption,
  isOmission,
  isReading,
  isReturn,
  type Omission,
  type StreamInput,
} from '../../domain/streamInput.ts';
import { toEpochMs } from '../../domain/time.ts';

/** Inputs of one stream, in order. An array is one. */
export interface Tail extends Iterable<StreamInput> {
  readonly length: number;
  /** undefined: beyond the end. */
  at(place: number): StreamInput | undefined;
}

/**
 * Numbers of an input before its further inputs: position, at, value, effort + 8 × marks, flags, arrival, number of further inputs. Of an
 * input that is no reading, value is its place among the others.
 */
const HEAD = 7;
/** Place of the flags, and of the number of further inputs. */
const FLAGS = 4;
const COUNT = 6;

/** Efforts are less. */
const MARKED = 8;

/** Flags. */
const HAS_ORIGIN = 1;
const IS_TOLD = 2;
const IS_BACKLOG = 4;
/** No reading. */
const IS_OTHER = 8;
/** Above the flags: the place of the names of the further inputs, counted from 1; 0: they have none. */
const NAMES_SHIFT = 4;

/** Journal positions, without both ends. */
interface Range {
  readonly position: JournalPosition;
  readonly before: JournalPosition;
}

/** An order to omit inputs, and its own position. */
interface PlacedOmission {
  readonly order: Omission;
  readonly position: JournalPosition;
}

/** Inputs of one stream with their positions, in order. Readings are plain numbers, 56 bytes each; other inputs are objects. */
export class PackedInputs {
  readonly #stream: StreamId;
  readonly #numbers: number[] = [];
  readonly #others: StreamInput[] = [];
  /** Each list of names that further inputs have: one for each configuration. */
  readonly #names: (readonly string[])[] = [];
  #omissions: readonly PlacedOmission[] = [];
  /** Positions of the orders to go on with another state. */
  #adoptions: readonly JournalPosition[] = [];
  #last: JournalPosition = 0;

  constructor(stream: StreamId) {
    this.#stream = stream;
  }

  /** Position of the last input; 0: there is none. */
  get last(): JournalPosition {
    return this.#last;
  }

  push(input: StreamInput, position: JournalPosition): void {
    if (isReading(input)) this.#numbers.push(position, ...numbersOf(input, this.#placeOf(input.inputNames)));
    else {
      this.#numbers.push(position, input.at, this.#others.length, 0, IS_OTHER, 0, 0);
      this.#others.push(input);
      if (isOmission(input)) this.#omissions = [...this.#omissions, { order: input, position }];
      else if (isAdoption(input)) this.#adoptions = [...this.#adoptions, position];
    }
    this.#last = position;
  }

  /** @returns place of the names, counted from 1; 0: there are none */
  #placeOf(names: readonly string[] | undefined): number {
    if (names === undefined) return 0;
    const place = this.#names.findIndex((known) => sameNames(known, names));
    return place < 0 ? this.#names.push(names) : place + 1;
  }

  /** Positions of the orders to go on with another state. */
  get adoptions(): readonly JournalPosition[] {
    return this.#adoptions;
  }

  /** Takes away the inputs from a position on. */
  cut(position: JournalPosition): void {
    let place = 0;
    this.#last = 0;
    for (; place < this.end && this.positionAt(place) < position; place += this.widthAt(place))
      this.#last = this.positionAt(place);
    this.#numbers.length = place;
    this.#omissions = this.#omissions.filter((omission) => omission.position < position);
    this.#adoptions = this.#adoptions.filter((adoptedAt) => adoptedAt < position);
  }

  each(visit: (input: StreamInput, position: JournalPosition) => void): void {
    for (let place = 0; place < this.end; place += this.widthAt(place))
      visit(this.inputAt(place), this.positionAt(place));
  }

  /** Calls as `each` does, without the inputs that are omitted, and the orders that the learner has no part in. */
  eachKept(visit: (input: StreamInput, position: JournalPosition) => void): void {
    for (let place = 0; place < this.end; place += this.widthAt(place))
      if (!this.isOmitted(place)) visit(this.inputAt(place), this.positionAt(place));
  }

  /** @param omissions those in force. Default: all */
  isOmitted(place: number, omissions: readonly PlacedOmission[] = this.#omissions): boolean {
    if (this.#omissions.length === 0 && this.#adoptions.length === 0) return false;
    const input = this.inputAt(place);
    if (isReturn(input)) return true;
    const at = this.positionAt(place);
    return (
      input.kind !== 'settings' &&
      omissions.some(({ order, position }) => at >= order.first && at <= order.last && at < position)
    );
  }

  /** The inputs after a position and before another. Those that are omitted there are not among them, and no order to do so. */
  tail(range: Range): Tail {
    const isInForce = ({ order, position }: PlacedOmission): boolean =>
      order.first > range.position && position < range.before;
    return new PackedTail(this, range, this.#omissions.filter(isInForce));
  }

  /** @returns whether a state of that position holds an input that a later order omits; one that came from elsewhere holds none */
  isTainted(state: JournalPosition): boolean {
    if (this.#adoptions.includes(state)) return false;
    return this.#omissions.some(({ order, position }) => order.first <= state && state < position);
  }

  /** Place behind the last input. Places are counted in numbers. */
  get end(): number {
    return this.#numbers.length;
  }

  positionAt(place: number): JournalPosition {
    return this.#numbers[place] as number;
  }

  widthAt(place: number): number {
    return HEAD + (this.#numbers[place + COUNT] as number);
  }

  inputAt(place: number): StreamInput {
    const flags = this.#numbers[place + FLAGS] as number;
    if ((flags & IS_OTHER) === 0) {
      const sample = sampleAt(this.#numbers, place, this.#stream);
      const inputNames = this.#names[(flags >> NAMES_SHIFT) - 1];
      return inputNames === undefined ? sample : { ...sample, inputNames };
    }
    return this.#others[this.#numbers[place + 2] as number] as StreamInput;
  }
}

/** Unpacked one by one as they are asked for: all at once would take several times the memory, and many tails may wait. */
class PackedTail implements Tail {
  readonly length: number;
  readonly #packed: PackedInputs;
  readonly #range: Range;
  readonly #omissions: readonly PlacedOmission[];
  /** Number of the input of the tail that begins at `#at`, or behind inputs that are not of the tail. */
  #place = 0;
  #at = 0;

  constructor(packed: PackedInputs, range: Range, omissions: readonly PlacedOmission[]) {
    this.#packed = packed;
    this.#range = range;
    this.#omissions = omissions;
    let length = 0;
    for (let at = 0; at < packed.end; at += packed.widthAt(at)) if (this.#isInRange(at)) length++;
    this.length = length;
  }

  /** Quick for the same place again and for one further on. */
  at(place: number): StreamInput | undefined {
    if (place < 0 || place >= this.length) return undefined;
    if (place < this.#place) {
      this.#place = 0;
      this.#at = 0;
    }
    for (;;) {
      const isOfTail = this.#isInRange(this.#at);
      if (isOfTail && this.#place === place) return this.#packed.inputAt(this.#at);
      if (isOfTail) this.#place++;
      this.#at += this.#packed.widthAt(this.#at);
    }
  }

  *[Symbol.iterator](): IterableIterator<StreamInput> {
    for (let place = 0; place < this.length; place++) yield this.at(place) as StreamInput;
  }

  #isInRange(at: number): boolean {
    const original = this.#packed.positionAt(at);
    const isBetween = original > this.#range.position && original < this.#range.before;
    return isBetween && !this.#packed.isOmitted(at, this.#omissions);
  }
}

/** Numbers as `sampleAt` reads them, without the position. @param names place of the names of the further inputs, counted from 1 */
function numbersOf(sample: Sample, names: number): number[] {
  const { at, value, effort = 0, marks = NO_MARKS, inputs = [], origin } = sample;
  const flags = flagsOf(origin) | (names << NAMES_SHIFT);
  return [at, value, effort + MARKED * marks, flags, origin?.arrival ?? 0, inputs.length, ...inputs];
}

function sampleAt(numbers: readonly number[], place: number, stream: StreamId): Sample {
  const handling = numbers[place + 3] as number;
  const effort = (handling % MARKED) as Effort;
  const marks: Marks = Math.floor(handling / MARKED);
  const flags = numbers[place + FLAGS] as number;
  const arrival = toEpochMs(numbers[place + 5] as number);
  const count = numbers[place + COUNT] as number;
  const origin = { arrival, isTold: (flags & IS_TOLD) !== 0, isBacklog: (flags & IS_BACKLOG) !== 0 };
  return {
    stream,
    at: toEpochMs(numbers[place + 1] as number),
    value: numbers[place + 2] as number,
    ...((flags & HAS_ORIGIN) !== 0 && { origin }),
    ...(effort !== 0 && { effort }),
    ...(marks !== NO_MARKS && { marks }),
    ...(count !== 0 && { inputs: numbers.slice(place + HEAD, place + HEAD + count) }),
  };
}

/** @returns 0 where there is no origin: the time is certain */
function flagsOf(origin: Origin | undefined): number {
  if (origin === undefined) return 0;
  return HAS_ORIGIN | (origin.isTold ? IS_TOLD : 0) | (origin.isBacklog ? IS_BACKLOG : 0);
}
