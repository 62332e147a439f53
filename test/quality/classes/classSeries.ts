import { createRandom, type Random } from '../../../src/tools/demo/sensors/random.ts';
import { type ClassTask, filmFrames } from '../../../src/tools/memoryStudy/classTask.ts';

/** A stream with the true class of each row. */
export interface ClassSeries {
  readonly classes: readonly string[];
  /** Time from row to row, ms. */
  readonly every: number;
  /** (T, F): of each row the value, and the other fields of the message. */
  readonly rows: readonly (readonly number[])[];
  /** (T) place among the classes. */
  readonly truth: Uint8Array;
  /** (T) number of the part that a person would label as one. */
  readonly parts: Uint32Array;
}

/** A class that a person, or another sensor, tells of a row. */
export interface ToldLabel {
  readonly row: number;
  readonly label: number;
  /** It is told after the answer for this row. */
  readonly toldAt: number;
}

export interface LabelPlan {
  /** Share of the rows that is labelled, strewn about; or share of the parts, each wholly. */
  readonly share: number;
  readonly isByPart?: boolean;
  /** Rows from a row to its label. */
  readonly delay: number;
  /** Share of the labels that is wrong. */
  readonly wrong?: number;
  /** No label comes from this row on. */
  readonly until?: number;
}

/** Labels in the order in which they are told. */
export function labelsOf({ truth, parts, classes }: ClassSeries, plan: LabelPlan, seed: number): ToldLabel[] {
  const { share, delay, wrong = 0, until = truth.length, isByPart = false } = plan;
  const random = createRandom(1_000_000 + seed);
  const labels: ToldLabel[] = [];
  let part = -1;
  let isTold = false;
  for (let row = 0; row < truth.length; row++) {
    if (!isByPart || parts[row] !== part) isTold = random.uniform() < share;
    part = parts[row] as number;
    const isWrong = random.uniform() < wrong;
    const other = 1 + Math.floor(random.uniform() * (classes.length - 1));
    if (!isTold || row + delay >= until) continue;
    const right = truth[row] as number;
    labels.push({ row, label: isWrong ? (right + other) % classes.length : right, toldAt: row + delay });
  }
  return labels;
}

const WASHER = ['idle', 'fill', 'heat', 'wash', 'spin'] as const;
type Phase = (typeof WASHER)[number];
const ROWS_PER_MINUTE = 6;

/**
 * A washing machine by its power, every 10 s, one programme after the other. Heating and spinning draw the same power, and the
 * pauses of washing are as the filling: only what came before tells them apart.
 */
export function washer(length: number, seed: number): ClassSeries {
  const machine = new Washer(length, createRandom(seed));
  while (!machine.isDone) machine.programme();
  const { values, truth, parts } = machine;
  const rows = values.slice(0, length).map((value) => [value]);
  return {
    classes: WASHER,
    every: 10_000,
    rows,
    truth: Uint8Array.from(truth.slice(0, length)),
    parts: Uint32Array.from(parts.slice(0, length)),
  };
}

class Washer {
  readonly values: number[] = [];
  readonly truth: number[] = [];
  readonly parts: number[] = [];
  readonly #length: number;
  readonly #random: Random;
  #programme = -1;
  #motor = 0;

  constructor(length: number, random: Random) {
    this.#length = length;
    this.#random = random;
  }

  get isDone(): boolean {
    return this.values.length >= this.#length;
  }

  programme(): void {
    this.#programme++;
    this.#motor = this.#uniform(110, 230);
    this.#standby(Math.round(this.#uniform(60, 480)));
    this.#fill(this.#uniform(1.5, 4));
    if (this.#chance(0.7)) {
      if (this.#chance(0.5)) this.#wash(this.#uniform(0.7, 2), 0.8);
      this.#plateau('heat', this.#uniform(5, 25));
    }
    this.#wash(this.#uniform(8, 30), 1);
    if (this.#chance(0.7)) this.#plateau('spin', this.#uniform(1, 3));
    const rinses = 1 + Math.floor(this.#uniform(0, 3));
    for (let rinse = 1; rinse <= rinses; rinse++) {
      this.#fill(this.#uniform(1, 2.5));
      this.#wash(this.#uniform(3, 7), 0.9);
      if (rinse < rinses && this.#chance(0.6)) this.#plateau('spin', this.#uniform(1, 3));
    }
    this.#plateau('spin', this.#uniform(5, 12));
  }

  #standby(rows: number): void {
    for (let row = 0; row < rows; row++) {
      const blink = this.#chance(0.01) ? this.#uniform(0.5, 2.5) : 0;
      this.#push('idle', 1.8 + 0.15 * this.#random.normal() + blink);
    }
  }

  #fill(minutes: number): void {
    const base = this.#uniform(20, 45);
    for (let row = 0; row < rowsOf(minutes); row++) {
      const valve = this.#chance(0.15) ? this.#uniform(60, 160) : 0;
      this.#push('fill', base + 3 * this.#random.normal() + valve);
    }
  }

  #wash(minutes: number, share: number): void {
    const motor = share * this.#motor;
    let isOn = false;
    let left = 0;
    let level = 0;
    for (let row = 0; row < rowsOf(minutes); row++) {
      if (left === 0) {
        isOn = !isOn;
        left = isOn ? 2 + Math.floor(this.#uniform(0, 4)) : 1 + Math.floor(this.#uniform(0, 3));
        level = isOn ? this.#uniform(0.8, 1.2) : this.#uniform(12, 45);
      }
      left--;
      const { normal } = this.#random;
      this.#push('wash', isOn ? motor * level * (1 + 0.12 * normal()) : level + 3 * normal());
    }
  }

  #plateau(phase: 'heat' | 'spin', minutes: number): void {
    const rows = rowsOf(minutes);
    let left = 0;
    let level = 0;
    for (let row = 0; row < rows; row++) {
      if (left === 0) {
        left = 5 + Math.floor(this.#uniform(0, 17));
        level = this.#uniform(350, 800);
      }
      left--;
      const rise = row === 0 ? 0.5 : row === 1 ? 0.8 : 1;
      this.#push(phase, rise * level * (1 + 0.05 * this.#random.normal()));
    }
  }

  #push(phase: Phase, watts: number): void {
    this.values.push(Math.max(0, watts));
    this.truth.push(WASHER.indexOf(phase));
    this.parts.push(this.#programme);
  }

  #chance(share: number): boolean {
    return this.#random.uniform() < share;
  }

  #uniform(low: number, high: number): number {
    return low + (high - low) * this.#random.uniform();
  }
}

function rowsOf(minutes: number): number {
  return Math.max(1, Math.round(ROWS_PER_MINUTE * minutes));
}

/** The film of `tidegate memory --classes`; each frame is labelled. */
export function film(length: number, seed: number): ClassSeries {
  const task = filmFrames(length, seed);
  return { ...seriesOf(task), truth: task.labels };
}

/** Rows of a task of the memory study, without a truth. */
export function seriesOf({ classes, rows, fields, x }: ClassTask): ClassSeries {
  return {
    classes,
    every: 1000,
    rows: Array.from({ length: rows }, (_, row) => [...x.subarray(row * fields, (row + 1) * fields)]),
    truth: new Uint8Array(rows),
    parts: new Uint32Array(rows),
  };
}
