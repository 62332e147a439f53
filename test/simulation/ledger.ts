import { from, identity } from 'rxjs';
import type { Sample, Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { inTimeOrder, resample } from '../hosts/stream/operators.ts';
import { ignore, oneByOne, utc } from '../pipeline/samples.ts';
import { handlingOf, type Learned, type LearnedLabel, type RoteLearner } from './simLearner.ts';
import { type SimStream, toldBy } from './streams.ts';

/** Readings of one moment are set apart by less. */
const APART_MS = 0.01;
/** Labels with smaller numbers came in messages, those with larger ones by requests. */
export const FIRST_ORDER = 1_000_000;

/** A reading that a sensor has sent. */
export interface Reading {
  readonly at: number;
  readonly value: number;
  readonly inputs: readonly number[];
  /** Its last place in the journal, and when it came there. */
  position?: number;
  letInAt?: number;
  /** Reason for which the reading may be missing. */
  excuse?: string;
}

interface Page {
  readonly readings: Reading[];
  /** Labels that were told, in order, each behind the number of readings before it. */
  readonly labels: LearnedLabel[];
  /** Numbers of labels that were ordered by a request, and that the program said to have taken in. */
  readonly obeyed: number[];
  readonly byKey: Map<string, Reading>;
  /** With which efforts and marks each was let in: more than one where a crash came before the commit. */
  readonly efforts: Map<string, Set<number>>;
  /** Readings by their place in the journal. */
  readonly places: Map<number, Reading>;
  /** Counted drops that the overload policy made. */
  leftOut: number;
}

/**
 * The oracle: what was sent, and what of it has to be known. A stream's learner has to remember exactly the steps that an
 * undisturbed process would have learned from the readings, in their order, each with the effort that was decided for it;
 * what it lacks has to have an excuse, or to be counted as left out.
 */
export class Ledger {
  readonly #pages = new Map<StreamId, Page>();
  readonly #streamOf: (id: StreamId) => SimStream;
  readonly #isMixed: boolean;

  /** @param isMixed whether new messages come among those that were kept */
  constructor(streamOf: (id: StreamId) => SimStream, isMixed: boolean) {
    this.#streamOf = streamOf;
    this.#isMixed = isMixed;
  }

  /** A process begins, whose journal goes up to there: what had a place behind it comes again. */
  begin(position: number): void {
    for (const { places } of this.#pages.values())
      for (const place of places.keys()) if (place > position) places.delete(place);
  }

  sent(stream: StreamId, reading: Reading): void {
    const { readings, byKey } = this.#page(stream);
    readings.push(reading);
    byKey.set(this.#keyOf(stream, reading), reading);
  }

  taught(stream: StreamId, label: Omit<LearnedLabel, 'after'>): void {
    const { readings, labels } = this.#page(stream);
    labels.push({ ...label, after: readings.length });
  }

  /** A label that was ordered by a request is on the medium, as the program says. */
  obeyed(stream: StreamId, number: number): void {
    this.#page(stream).obeyed.push(number);
  }

  /** @returns what is wrong with the labels that were ordered: in order, each once; at the end all that the program said to have taken in */
  #judgeOrders(learner: RoteLearner, isOver: boolean): string | undefined {
    const numbers = learner.labels().flatMap(({ number }) => (number < FIRST_ORDER ? [] : [number]));
    const place = numbers.findIndex((number, i) => number <= (numbers[i - 1] ?? 0));
    if (place >= 0) return `${learner.stream} obeyed order ${numbers[place]} behind ${numbers[place - 1]}`;
    const known = new Set(numbers);
    const lost = isOver ? this.#page(learner.stream).obeyed.find((number) => !known.has(number)) : undefined;
    return lost === undefined ? undefined : `${learner.stream} has lost order ${lost}`;
  }

  /** @returns what is wrong with the labels that a stream was taught: each once, in order, behind the reading that came before it */
  #judgeLabels(learner: RoteLearner, isOver: boolean): string | undefined {
    const told = this.#page(learner.stream).labels;
    const wrongOrder = this.#judgeOrders(learner, isOver);
    if (wrongOrder !== undefined) return wrongOrder;
    const learned = learner.labels().filter(({ number }) => number < FIRST_ORDER);
    const isKnown = (label: LearnedLabel): boolean =>
      told.some(({ from, to, number }) => from === label.from && to === label.to && number === label.number);
    // Labels tell no time by which they could be put right: some may come ahead of readings and of other labels.
    const place = this.#isMixed
      ? learned.findIndex((label) => !isKnown(label))
      : learned.findIndex((label, i) => JSON.stringify(label) !== JSON.stringify(pick(told[i])));
    if (place >= 0) return `${learner.stream} label ${place}: ${JSON.stringify([learned[place], told[place]])}`;
    const isShort = learned.length > told.length || (isOver && learned.length < told.length);
    return isShort ? `${learner.stream} was taught ${learned.length} labels, not ${told.length}` : undefined;
  }

  /** Readings whose time is judged keep only their value on all their way. */
  #keyOf(stream: StreamId, { at, value }: { readonly at: number; readonly value: number }): string {
    return this.#streamOf(stream).clock === 'certain' ? `${at} ${value}` : `${value}`;
  }

  /** It has passed the front door and has its place in the journal. */
  letIn(sample: Sample, position: number, now: number): void {
    const { stream, at, value } = sample;
    const { byKey, efforts } = this.#page(stream);
    const key = this.#keyOf(stream, { at, value });
    efforts.set(key, (efforts.get(key) ?? new Set()).add(handlingOf(sample)));
    const reading = byKey.get(key);
    if (reading === undefined) return;
    reading.position = position;
    this.#page(stream).places.set(position, reading);
    reading.letInAt = now;
  }

  leftOut(stream: StreamId): void {
    this.#page(stream).leftOut++;
  }

  excuse(reason: string, isExcused: (reading: Reading, stream: StreamId) => boolean): void {
    for (const [stream, { readings }] of this.#pages) {
      for (const reading of readings) if (isExcused(reading, stream)) reading.excuse ??= reason;
    }
  }

  /** Readings that are missing and have an excuse, in numbers. */
  missing(learner: RoteLearner): number {
    const known = new Set(learner.steps().map(({ value }) => value));
    return this.#page(learner.stream).readings.filter(({ value }) => !known.has(value)).length;
  }

  /** @returns what is wrong with what a stream remembers; `isOver`: it has had the time to learn everything */
  judge(learner: RoteLearner, isOver: boolean): string | undefined {
    const { stream } = learner;
    const learned = learner.steps();
    const { readings, efforts, leftOut } = this.#page(stream);
    const simulated = this.#streamOf(stream);
    const known = new Set(learned.map(({ value }) => value));
    const sent = this.#hasOrderOfItsOwn(simulated) ? inOrderOfReceipt(this.#page(stream)) : readings;
    const present = simulated.mayForget ? sent.filter(({ value }) => known.has(value)) : sent;
    const expected = stepsOf(simulated, stream, present, this.#isMixed && isUntold(simulated));
    for (const [i, step] of learned.entries()) {
      const should = expected[i];
      const isOwnTime = isTrue(simulated, step.value);
      // Where the reading before took its very moment it comes right behind.
      const isFree = !isOwnTime || Math.abs(step.at - (should?.at ?? 0)) < APART_MS;
      const wanted = should && { ...should, at: isFree ? step.at : should.at };
      if (wanted === undefined || !isSame(step, wanted)) return `${stream} ${i}: ${say(step)}, not ${say(wanted)}`;
      const origin = simulated.isTimedByArrival ? step : (present[should?.origin ?? -1] as Reading);
      if (!efforts.get(this.#keyOf(stream, origin))?.has(step.effort))
        return `${stream} ${i}: learned with effort ${step.effort}`;
    }
    const back = simulated.clock === 'certain' || simulated.clock === 'lazy' ? undefined : firstBack(learned);
    if (back !== undefined) return `${stream} ${back}: ${say(learned[back])} goes back in time`;
    const wrongLabel = this.#judgeLabels(learner, isOver);
    if (wrongLabel !== undefined || !isOver) return wrongLabel;
    if (learned.length !== expected.length) return `${stream} learned ${learned.length} steps, not ${expected.length}`;
    const lost = simulated.mayForget
      ? readings.filter(({ value, excuse }) => !known.has(value) && excuse === undefined)
      : [];
    if (lost.length <= leftOut && !(simulated.isCounted && lost.length < leftOut)) return undefined;
    return `${stream} lost ${lost.length} readings, ${leftOut} are counted: ${lost.map(({ value }) => value).slice(0, 9)}`;
  }

  /** The times of its messages do not tell in which order they were sent: what is put right of a broker's order shows in the journal alone. */
  #hasOrderOfItsOwn(simulated: SimStream): boolean {
    return simulated.isDisorderly || (this.#isMixed && isUntold(simulated));
  }

  #page(stream: StreamId): Page {
    let page = this.#pages.get(stream);
    if (page === undefined) {
      page = {
        readings: [],
        labels: [],
        obeyed: [],
        byKey: new Map(),
        efforts: new Map(),
        places: new Map(),
        leftOut: 0,
      };
      this.#pages.set(stream, page);
    }
    return page;
  }
}

/** Its messages do not tell when they were sent, or not all of them. */
function isUntold({ clock }: SimStream): boolean {
  return clock === 'lazy' || clock === 'asleep' || clock === 'none';
}

/** Readings in the order of the journal, then those that have not come yet. */
function inOrderOfReceipt({ readings, places }: Page): readonly Reading[] {
  const received = [...places].sort(([a], [b]) => a - b).map(([, reading]) => reading);
  const known = new Set(received);
  return [...received, ...readings.filter((reading) => !known.has(reading))];
}

/** In the order of fields of what is learned. */
function pick(label: LearnedLabel | undefined): LearnedLabel | undefined {
  return label && { from: label.from, to: label.to, number: label.number, after: label.after };
}

interface Expected extends Learned {
  /** Number of the reading that sets the step off. */
  readonly origin: number;
}

/** Steps that a process that is never disturbed makes of the readings. The effort is used as a tag that goes through. `isOrdered`: the readings count in this order. */
function stepsOf(
  { step }: SimStream,
  stream: StreamId,
  readings: readonly Reading[],
  isOrdered: boolean,
): readonly Expected[] {
  const samples = readings.map(({ at, value, inputs }, i) => ({
    stream,
    at: toEpochMs(at),
    value,
    ...(inputs.length > 0 && { inputs }),
    effort: i as unknown as 0,
  }));
  const steps: Step[] = [];
  from(samples)
    .pipe(isOrdered ? identity : inTimeOrder({ report: ignore }), resample({ step, zoneOffset: utc }), oneByOne)
    .subscribe((next) => void steps.push(next));
  return steps.map(({ at, value, inputs = [], effort = 0 }) => ({ at, value, inputs, effort: 0, origin: effort }));
}

function isSame(a: Learned, b: Learned): boolean {
  return (
    a.at === b.at &&
    Object.is(a.value, b.value) &&
    a.inputs.length === b.inputs.length &&
    a.inputs.every((input, i) => Object.is(input, b.inputs[i]))
  );
}

/** True where the reading of this number has to be learned at the time at which it was taken. */
function isTrue(stream: SimStream, value: number): boolean {
  if (stream.isTimedByArrival) return false;
  return stream.step.every !== 'message' || toldBy(stream, 1e13, value) === 1e13;
}

function firstBack(steps: readonly Learned[]): number | undefined {
  const place = steps.findIndex(({ at }, i) => i > 0 && at <= (steps[i - 1] as Learned).at);
  return place < 0 ? undefined : place;
}

function say(step: Learned | undefined): string {
  return step === undefined ? 'the end' : `${step.value} at ${step.at} (${step.inputs})`;
}
