import { NO_LABEL } from '../../model/labelBlock.ts';
import { createRandom } from '../demo/sensors/random.ts';
import { createRecallSeries, LONGEST_LAG, RECALL_INPUTS } from './recallTask.ts';

/** A row whose class nothing but earlier rows tell: the row `cueAt` is the last of them. */
interface ClassTrial {
  readonly cueAt: number;
  readonly goAt: number;
  /** Place among the classes. */
  readonly label: number;
}

/** A stream whose rows have classes; the label of a row is told one row later. */
export interface ClassTask {
  readonly classes: readonly string[];
  readonly rows: number;
  readonly fields: number;
  /** (T, F) */
  readonly x: Float64Array;
  /** (T): place among the classes, NO_LABEL for a row that nothing is told of. */
  readonly labels: Uint8Array;
  /** In order of time; they do not overlap. */
  readonly trials: readonly ClassTrial[];
  /** Rows that the network is told to remember for at least. */
  readonly longestLag: number;
}

const NOISE = 0.1;

/** Delayed recall, with the cue as the class of the row that asks for it. */
export function recallAsClasses(rows: number, seed: number): ClassTask {
  const { x, trials } = createRecallSeries(rows, seed);
  const random = createRandom(seed);
  const labels = new Uint8Array(rows).fill(NO_LABEL);
  for (const { goAt, cue } of trials) labels[goAt] = cue;
  return {
    classes: ['a', 'b'],
    rows,
    fields: RECALL_INPUTS,
    // Noise on all fields: without it the rows since the last jump of a field, which the network is given, would tell the cue.
    x: Float64Array.from(x, (value) => value + NOISE * random.normal()),
    labels,
    trials: trials.map(({ cueAt, goAt, cue }) => ({ cueAt, goAt, label: cue })),
    longestLag: LONGEST_LAG,
  };
}

/** Numbers of a frame. */
const PIXELS = 6;
const FILM = ['none', 'arrival', 'departure', 'alarm'] as const;
const FLASH_LIGHT = 0.7;
/** Dark frames between what happened and the flash. */
export const FILM_WAIT = { least: 5, most: 40 } as const;
const PAUSE = { least: 3, most: 9 } as const;
const FILM_LAG = 45;

/**
 * A film in small: an object crosses the picture from left or right, or none does; after a while comes a flash, and the class of
 * its frame is what came before it.
 */
export function filmFrames(rows: number, seed: number): ClassTask {
  const film = new Film(rows, seed);
  while (!film.isDone) film.shoot();
  const { x, labels, trials } = film;
  return { classes: FILM, rows, fields: PIXELS, x, labels, trials, longestLag: FILM_LAG };
}

class Film {
  readonly x: Float64Array;
  readonly labels: Uint8Array;
  readonly trials: ClassTrial[] = [];
  readonly #random: ReturnType<typeof createRandom>;
  #row = 0;

  constructor(rows: number, seed: number) {
    this.x = new Float64Array(rows * PIXELS);
    this.labels = new Uint8Array(rows);
    this.#random = createRandom(seed);
  }

  get isDone(): boolean {
    return this.#row >= this.labels.length;
  }

  /** One event, or none, and the flash that asks for it. */
  shoot(): void {
    const event = Math.floor(this.#random.uniform() * 3);
    for (let k = 0; k < PIXELS && event < 2; k++) {
      const place = event === 0 ? k : PIXELS - 1 - k;
      this.#push((pixel) => (pixel === place ? 1 : 0), 0);
    }
    const cueAt = this.#row - 1;
    this.#wait(FILM_WAIT);
    const trial = { cueAt, goAt: this.#row, label: 1 + event };
    if (!this.isDone) this.trials.push(trial);
    this.#push(() => FLASH_LIGHT, trial.label);
    this.#wait(PAUSE);
  }

  #wait({ least, most }: { readonly least: number; readonly most: number }): void {
    const frames = least + Math.floor(this.#random.uniform() * (most - least + 1));
    for (let frame = 0; frame < frames; frame++) this.#push(() => 0, 0);
  }

  /** Frames beyond the end are drawn and let go. */
  #push(light: (pixel: number) => number, label: number): void {
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      this.x[this.#row * PIXELS + pixel] = light(pixel) + NOISE * this.#random.normal();
    }
    this.labels[this.#row++] = label;
  }
}
