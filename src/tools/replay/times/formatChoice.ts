import { type EpochMs, toEpochMs, type ZoneOffset } from '../../../domain/time.ts';
import { TIME_FORMATS, type TimeFormat, type TimeFormatName } from './timeFormat.ts';

/** Formats of plain numbers, which are seconds since 1970 as well. */
const DAY_FORMATS: readonly TimeFormatName[] = ['digits', 'matlab', 'spreadsheet'];
/** A column of plain numbers is one of days only where this many rows say so. */
const FEWEST_ROWS = 2;
/** After this number of cells the formats are given up that say nothing more than the likeliest ones. */
const PRUNE_AFTER = 1000;
const YEAR_2100 = 4_102_444_800_000;

/** The way in which a column's times are written, and what they are by it. */
export interface ChosenFormat {
  readonly format: TimeFormat;
  /** Another format reads the column as well, and means other days. */
  readonly isDoubtful: boolean;
  /** Cells that it reads. */
  readonly readCells: number;
  /** Cells that are older than one before them. */
  readonly unsorted: number;
  /** The oldest and the newest time; NaN where none could be read. */
  readonly oldest: number;
  readonly newest: number;
}

/** Finds by all cells of a column in which of some ways its times are written. */
export class FormatChoice {
  readonly #zone: ZoneOffset;
  #tracks: readonly Track[];
  #cells = 0;
  #hasHalf = false;

  /** @param formats the likeliest first */
  constructor(zone: ZoneOffset, formats: readonly TimeFormat[] = Object.values(TIME_FORMATS)) {
    this.#zone = zone;
    this.#tracks = formats.map((format) => new Track(format));
  }

  /** @param text a cell without blanks around it, not empty */
  add(text: string): void {
    this.#cells++;
    this.#hasHalf ||= /[ap]\.?m\.?$/i.test(text);
    for (const track of this.#tracks) track.add(text, this.#zone);
    if (this.#cells === PRUNE_AFTER) this.#prune();
  }

  /** Cells that the best format reads, of those that were there. */
  get share(): number {
    return this.#cells === 0 ? 0 : this.choose().readCells / this.#cells;
  }

  /** The format that reads most cells, and of several the likeliest. */
  choose(): ChosenFormat {
    const [best, isDoubtful] = this.#best();
    const { format, readCells, unsorted, oldest, newest } = best;
    return { format, isDoubtful, readCells, unsorted, oldest, newest };
  }

  #best(): readonly [track: Track, isDoubtful: boolean] {
    const days = this.#tracks.find((track) => this.#areDays(track));
    if (days !== undefined) return [days, false];
    const usual = this.#tracks.filter(({ format }) => !isOfDays(format) || this.#tracks.length === 1);
    const best = usual.reduce((chosen, track) => (track.readCells > chosen.readCells ? track : chosen));
    const rival = usual.find(({ format }) => format === TIME_FORMATS.mdy);
    if (best.format !== TIME_FORMATS.dmy || rival === undefined || rival.readCells < best.readCells)
      return [best, false];
    // The wrong order jumps from month to month.
    const difference = best.inversions - rival.inversions || best.path - rival.path;
    const isMonthFirst = difference > 0 || (difference === 0 && this.#hasHalf);
    return [isMonthFirst ? rival : best, difference === 0];
  }

  /** Numbers that mean days, and no seconds: all of them are dates of now. */
  #areDays({ format, readCells, hasFraction, oldest, newest }: Track): boolean {
    if (!isOfDays(format) || readCells < this.#cells || this.#cells < FEWEST_ROWS) return false;
    return oldest >= 0 && newest < YEAR_2100 && (format === TIME_FORMATS.digits || hasFraction);
  }

  /** Every order of a date reads ISO 8601. A later cell may have an hour of one digit: the first two formats stay. */
  #prune(): void {
    const isTold = this.#tracks.slice(0, 2).some(({ readCells }) => readCells === this.#cells);
    this.#tracks = this.#tracks.filter(
      ({ readCells, format }, i) => i < 2 || (readCells > 0 && (isOfDays(format) || !isTold)),
    );
  }
}

function isOfDays(format: TimeFormat): boolean {
  return DAY_FORMATS.some((name) => TIME_FORMATS[name] === format);
}

/** One format on its way through the column. */
class Track {
  readonly format: TimeFormat;
  readCells = 0;
  /** Steps backwards, and the length of all steps, ms. */
  inversions = 0;
  path = 0;
  unsorted = 0;
  oldest: number = Number.NaN;
  newest: number = Number.NaN;
  /** Some number is no whole one. */
  hasFraction = false;
  #previous: EpochMs = toEpochMs(0);

  constructor(format: TimeFormat) {
    this.format = format;
  }

  add(text: string, zone: ZoneOffset): void {
    const at = this.format.read(text, zone, this.#previous);
    if (at === undefined) return;
    if (this.readCells > 0) {
      if (at < this.#previous) this.inversions++;
      this.path += Math.abs(at - this.#previous);
    }
    this.readCells++;
    this.#previous = at;
    if (at < this.newest) this.unsorted++;
    if (!(at <= this.newest)) this.newest = at;
    if (!(at >= this.oldest)) this.oldest = at;
    if (!this.hasFraction) this.hasFraction = /[.,]0*[1-9]/.test(text);
  }
}
