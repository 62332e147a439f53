import { CLASS_SOURCES, type ClassAnswer, type ClassScores, type ClassSource } from '../../domain/forecast.ts';
import type { EpochMs } from '../../domain/time.ts';

/**
 * The class of a reading on its way back, behind the row of its forecast: [C, label, source, since, C probabilities, 1 where there are
 * scores, the six scores], then the C names: [length, its UTF-16 units]. Names go along each time, because those of
 * `classes: open` come up while the stream runs.
 */
const HEADING = 4;
const SCORES = 7;

/** Numbers that it takes; 0 for none. */
export function classWidth(answer: ClassAnswer | undefined): number {
  if (answer === undefined) return 0;
  const { classes } = answer;
  let width = HEADING + SCORES + 2 * classes.length;
  for (const name of classes) width += name.length;
  return width;
}

/** @returns the place after it */
export function encodeClasses(answer: ClassAnswer, rows: Float64Array, start: number): number {
  const { classes, label, source, since, probabilities, scores } = answer;
  let place = start;
  rows[place++] = classes.length;
  rows[place++] = classes.indexOf(label);
  rows[place++] = CLASS_SOURCES.indexOf(source);
  rows[place++] = since;
  for (const probability of probabilities) rows[place++] = probability;
  rows[place++] = scores === null ? 0 : 1;
  rows[place++] = scores?.labels ?? 0;
  rows[place++] = scores?.labelled ?? 0;
  rows[place++] = scores?.accuracy ?? 0;
  rows[place++] = scores?.macroF1 ?? 0;
  rows[place++] = scores?.seen ?? 0;
  rows[place++] = scores?.calibrationError ?? 0;
  for (const name of classes) {
    rows[place++] = name.length;
    for (let k = 0; k < name.length; k++) rows[place++] = name.charCodeAt(k);
  }
  return place;
}

/** @returns it and the place after it @throws RangeError for numbers that cannot have come from `encodeClasses` */
export function decodeClasses(
  rows: Float64Array,
  start: number,
): { readonly answer: ClassAnswer; readonly end: number } {
  const count = rows[start] as number;
  const scoresAt = start + HEADING + count;
  const classes: string[] = [];
  let place = scoresAt + SCORES;
  for (let c = 0; c < count; c++) {
    const length = rows[place++] as number;
    classes.push(String.fromCharCode(...rows.subarray(place, place + length)));
    place += length;
  }
  const label = classes[rows[start + 1] as number];
  const source = CLASS_SOURCES[rows[start + 2] as number];
  if (label === undefined || source === undefined || place > rows.length) {
    throw new RangeError(`not the class of a reading: class ${rows[start + 1]} of ${count}`);
  }
  const since = rows[start + 3] as EpochMs;
  const probabilities = [...rows.subarray(start + HEADING, scoresAt)];
  return {
    answer: {
      label,
      classes,
      probabilities,
      since,
      source: source as ClassSource,
      scores: decodeScores(rows, scoresAt),
    },
    end: place,
  };
}

function decodeScores(rows: Float64Array, start: number): ClassScores | null {
  if (rows[start] !== 1) return null;
  return {
    labels: rows[start + 1] as number,
    labelled: rows[start + 2] as number,
    accuracy: rows[start + 3] as number,
    macroF1: rows[start + 4] as number,
    seen: rows[start + 5] as number,
    calibrationError: rows[start + 6] as number,
  };
}
