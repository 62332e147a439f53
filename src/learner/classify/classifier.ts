import type { DropReason } from '../../domain/dropReason.ts';
import type { Effort } from '../../domain/effort.ts';
import type { ClassAnswer } from '../../domain/forecast.ts';
import type { Label } from '../../domain/streamInput.ts';
import { type ClassifySettings, type LearnerSettings, MOST_CLASSES } from '../../domain/streamSettings.ts';
import { type Kernel, KernelFullError } from '../../kernel/kernel.ts';
import { fromFloat16 } from '../../model/float16.ts';
import { NO_LABEL } from '../../model/labelBlock.ts';
import { LabelBlocks } from '../../model/labelBlocks.ts';
import { LONGEST_WINDOW } from '../../model/labelWindow.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { ClassInputs, INPUTS_PER_FIELD } from './classInputs.ts';
import { ClassJudge } from './classJudge.ts';
import { exchangeNames } from './classNames.ts';
import { NO_AGE } from './labelCounts.ts';
import { PendingLabels } from './pendingLabels.ts';
import { RecentRows, type RowPlace } from './recentRows.ts';

const HIDDEN = 16;
/** Rows of a window where no longer lag is asked for: half as many updates more for the same price than with the longest. */
const WINDOW = 64;
/** Usual intervals after which a reading stands for no moment any more. */
const STANDS_FOR = 3;
/** The generators of the forecasters have smaller multiples of this. */
const SEED_STEP = 4_294_967_296;
const FIRST_SEED = 5;
const LONGEST_NAME = 100;

/** A row of the stream, as far as its class is concerned. */
export interface ClassRow {
  readonly at: number;
  /** The value as it came; NaN where it is missing. */
  readonly value: number;
  readonly inputs: readonly number[] | undefined;
  /** The value is no fault: it may move the scales. */
  readonly isBelieved: boolean;
  /** The silence before it makes h and c begin anew. */
  readonly isAfterSilence: boolean;
  /** The usual time from row to row, ms; 0 while it is not known. */
  readonly interval: number;
}

/**
 * Judges the class of each row by it and all that came before, on a network of its own, and learns from labels whenever they come.
 * A label never leads to a step of the network by itself: it is written into the row that it is for, and the next turns learn
 * from windows of such rows. Nothing here changes a forecast.
 */
export class Classifier implements Stateful {
  readonly #options: ClassifySettings;
  readonly #inputs: ClassInputs;
  readonly #judge: ClassJudge;
  readonly #blocks: LabelBlocks;
  readonly #rows: RecentRows;
  readonly #pending: PendingLabels = new PendingLabels();
  readonly #h: Float32Array = new Float32Array(HIDDEN);
  readonly #c: Float32Array = new Float32Array(HIDDEN);
  /** (D) scratch */
  readonly #x: Float32Array;
  /** Class and row of the newest labelled row. */
  #last = NO_LABEL;
  #lastRow = 0;
  /** Time of the newest row, and the usual time from row to row. */
  #at = 0;
  #interval = 0;

  /** @throws RangeError where the kernel cannot hold the network, KernelFullError where others have taken its memory */
  constructor(kernel: Kernel, { exogenous, model }: LearnerSettings, options: ClassifySettings) {
    const names = options.classes === 'open' ? [] : options.classes;
    const inputSize = (1 + exogenous) * INPUTS_PER_FIELD;
    this.#options = options;
    this.#inputs = new ClassInputs(1 + exogenous);
    this.#x = new Float32Array(inputSize);
    const sizes = { inputSize, classes: names.length, hiddenSize: HIDDEN };
    const windowRows = options.longestLag === undefined ? WINDOW : LONGEST_WINDOW;
    this.#blocks = new LabelBlocks({ ...sizes, windowRows, seed: model.seed + FIRST_SEED * SEED_STEP });
    this.#rows = new RecentRows(this.#blocks, options.delay);
    this.#judge = new ClassJudge(kernel, names, {
      cell: model.cell,
      inputSize,
      hiddenSize: HIDDEN,
      windowRows,
      longestLag: options.longestLag,
      seed: model.seed + (FIRST_SEED + 1) * SEED_STEP,
      dwell: options.dwell,
    });
  }

  /** A row has come. @returns its class; undefined while fewer than two classes are known, or no row has been labelled */
  step(row: ClassRow): ClassAnswer | undefined {
    this.#at = row.at;
    this.#interval = row.interval;
    this.#inputs.update(row.value, row.inputs, row.isBelieved);
    if (row.isAfterSilence) this.#judge.resetState();
    const answers = this.#rows.open(row.at, this.#judge.counts.counts, this.#judge.names.length);
    const block = this.#blocks.open();
    if (block.wantsState) {
      this.#judge.copyState(this.#h, this.#c);
      block.keepState(this.#h, this.#c);
    }
    const age = this.#last === NO_LABEL ? NO_AGE : Math.min(NO_AGE - 1, this.#rows.count - this.#lastRow);
    if (!this.#judge.judge(this.#inputs.x, this.#last, age, row.at, block, answers)) this.#blocks.forgetStates();
    return this.#judge.answer(this.#rows.count);
  }

  /**
   * Learns from labelled rows, as much as the effort says; then labels that waited for the newest row are written into it, in the
   * order in which a label on time would come. Once after each step.
   */
  learn(effort: Effort): void {
    if (!this.#judge.learn(effort, this.#blocks, this.#at)) this.#blocks.forgetStates();
    this.#meetPending();
  }

  /**
   * A label has come: it is written into the rows of its span, oldest first, and waits for those that are still to come.
   * @returns why a part of it was not used, or that it took the place of another label; undefined: all of it was used
   */
  label({ label, from, to }: Label): DropReason | undefined {
    const newest = this.#rows.newestUntil(Number.POSITIVE_INFINITY);
    if (newest === undefined || !(from <= to)) return 'label-without-reading';
    const newestAt = this.#rows.timeOf(newest);
    if (to > newestAt + this.#options.delay) return 'label-of-the-future';
    const place = this.#placeOf(label);
    if (typeof place === 'string') return place;
    const reason = from <= newestAt ? this.#teachSpan(place, from, Math.min(to, newestAt)) : undefined;
    if (to <= newestAt || this.#pending.add(place, from, to, from <= newestAt)) return reason;
    return 'label-of-the-future';
  }

  /** The place of the class of that name; a new name becomes one where the list is open. */
  #placeOf(name: string): number | DropReason {
    const { names } = this.#judge;
    const place = names.indexOf(name);
    if (place >= 0) return place;
    const isName = name.length > 0 && name.length <= LONGEST_NAME;
    if (this.#options.classes !== 'open' || names.length === MOST_CLASSES || !isName) return 'label-unknown';
    try {
      this.#changeClasses([...names, name]);
    } catch (error) {
      if (error instanceof KernelFullError) return 'no-memory';
      throw error;
    }
    return names.length;
  }

  #teachSpan(label: number, from: number, to: number): DropReason | undefined {
    const places: RowPlace[] = [];
    let place = this.#rows.newestUntil(to);
    while (place !== undefined && this.#rows.timeOf(place) >= from) {
      places.push(place);
      place = this.#rows.before(place);
    }
    // Rows that are gone may have been in the span: the label has come too late for them.
    const isTooLate = place === undefined && this.#rows.gone > 0;
    if (places.length === 0) {
      if (place === undefined) return isTooLate ? 'label-too-late' : 'label-without-reading';
      if (!this.#standsFor(place, from)) return 'label-without-reading';
      places.push(place);
    }
    let reason: DropReason | undefined = isTooLate ? 'label-too-late' : undefined;
    for (const each of places.reverse()) if (!this.#teach(each, label)) reason ??= 'label-conflict';
    return reason;
  }

  #standsFor(place: RowPlace, moment: number): boolean {
    return moment - this.#rows.timeOf(place) <= STANDS_FOR * this.#interval;
  }

  /** The newest row has come: labels that waited for it are written into it. */
  #meetPending(): void {
    this.#pending.meet(this.#at, (label, isBefore, from) => {
      const newest = this.#rows.newestUntil(this.#at) as RowPlace;
      const place = isBefore ? this.#rows.before(newest) : newest;
      if (place !== undefined && (!isBefore || this.#standsFor(place, from))) this.#teach(place, label);
    });
  }

  /** One row has that class. @returns false where it had another one */
  #teach(place: RowPlace, label: number): boolean {
    const { row } = place;
    const block = this.#blocks.recent[place.block];
    const before = block.labels[row];
    if (before === label) return true;
    const number = this.#rows.numberOf(place);
    const told = {
      answers: this.#rows.answersOf(place),
      row,
      x: this.#inputsOf(place),
      lateness: this.#rows.count - 1 - number,
    };
    this.#judge.learnRow(told, label, before === NO_LABEL);
    this.#blocks.label(place.block, row, label);
    if (this.#last === NO_LABEL || number >= this.#lastRow) {
      this.#last = label;
      this.#lastRow = number;
    }
    return before === NO_LABEL;
  }

  #inputsOf({ block, row }: RowPlace): Float32Array {
    const { x } = this.#blocks.recent[block];
    const D = this.#x.length;
    for (let k = 0; k < D; k++) this.#x[k] = fromFloat16(x[row * D + k]);
    return this.#x;
  }

  /** @throws KernelFullError, and nothing is changed then */
  #changeClasses(names: readonly string[]): void {
    const from = this.#judge.changeClasses(names);
    for (const part of [this.#blocks, this.#rows, this.#pending]) part.changeClasses(from);
    const last = this.#last === NO_LABEL ? -1 : from.indexOf(this.#last);
    if (last >= 0) this.#last = last;
    else this.#findLast();
  }

  /** The newest label was of a class that is gone: the newest one of those that stay takes its place. */
  #findLast(): void {
    const place = this.#rows.newestLabelled();
    this.#last = place === undefined ? NO_LABEL : this.#rows.labelOf(place);
    if (place !== undefined) this.#lastRow = this.#rows.numberOf(place);
  }

  /** @throws SnapshotError where what is restored cannot have been saved, KernelFullError where there is no room for it */
  exchange(io: StateIo): void {
    const names = exchangeNames(io, this.#judge.names);
    if (io.isRestoring) this.#changeClasses(names);
    this.#inputs.exchange(io.within('inputs'));
    this.#pending.exchange(io.within('pending'));
    this.#judge.exchange(io.within('judge'));
    this.#blocks.exchange(io.within('blocks'));
    this.#rows.exchange(io.within('rows'), names.length);
    this.#last = io.number('last', this.#last);
    this.#lastRow = io.number('lastRow', this.#lastRow);
    this.#at = io.number('at', this.#at);
    this.#interval = io.number('interval', this.#interval);
    const { classes } = this.#options;
    const isOther = classes !== 'open' && JSON.stringify(classes) !== JSON.stringify(names);
    if (io.isRestoring && isOther) this.#changeClasses(classes);
  }

  free(): void {
    this.#judge.free();
  }
}
