/**
 * Scores of the Numenta Anomaly Benchmark (Lavin & Ahmad 2015): of the detections inside a labelled window the best counts,
 * the earlier the better; every detection outside costs, the less the sooner it comes after a window; a missed window costs.
 */
export interface NabProfile {
  readonly name: string;
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

export const NAB_PROFILES: readonly NabProfile[] = [
  { name: 'standard', truePositive: 1, falsePositive: 0.11, falseNegative: 1 },
  { name: 'low FP', truePositive: 1, falsePositive: 0.22, falseNegative: 1 },
  { name: 'low FN', truePositive: 1, falsePositive: 0.11, falseNegative: 2 },
];

export interface LabelledSeries {
  readonly rows: number;
  /** First and last row of each anomaly, in the order of time. */
  readonly windows: readonly (readonly [number, number])[];
}

export interface NabScore {
  readonly threshold: number;
  readonly raw: number;
  /** 0: nothing detected; 100: every window at its first row, and nothing else. */
  readonly normalised: number;
  readonly windowsHit: number;
  readonly windows: number;
  readonly falsePositives: number;
}

/** Rows outside the probation, the highest anomaly score first. */
export interface RankedRows {
  readonly score: Float64Array;
  /** Worth of a detection there, before the profile's weight. */
  readonly place: Float64Array;
  /** Number of the window in the whole corpus, −1 outside. */
  readonly window: Int32Array;
}

const PROBATION_SHARE = 0.15;
const PROBATION_LIMIT = 5000;
/** Window widths behind a window after which a detection costs all. */
const FAR = 3;

/** (−1, 1): 0 at the right edge of a window, −1 far behind it. @param distance in widths of the window, < 0 inside */
export function scaledSigmoid(distance: number): number {
  return distance > FAR ? -1 : 2 / (1 + Math.exp(5 * distance)) - 1;
}

/** A detection at the first row of a window; the weight of a true positive stands for it. */
const FIRST_ROW = scaledSigmoid(-1);

interface Placed {
  readonly place: Float64Array;
  readonly window: Int32Array;
  readonly firstRow: number;
}

export class NabCorpus {
  readonly #series: readonly Placed[];
  /** All windows; those that reach beyond the probation can be missed. */
  readonly #windows: number;
  readonly #scoredWindows: number;

  constructor(series: readonly LabelledSeries[]) {
    let windows = 0;
    this.#series = series.map((each) => {
      const placed = placeRows(each, windows);
      windows += each.windows.length;
      return placed;
    });
    this.#windows = windows;
    this.#scoredWindows = new Set(
      this.#series.flatMap(({ window, firstRow }) => [...window.subarray(firstRow)].filter((id) => id >= 0)),
    ).size;
  }

  /** @param scores per series, one a row; @param least rows below are left out */
  rank(scores: readonly Float64Array[], least: number = Number.NEGATIVE_INFINITY): RankedRows {
    const rows: { score: number; place: number; window: number }[] = [];
    this.#series.forEach(({ place, window, firstRow }, s) => {
      const own = scores[s];
      if (own?.length !== place.length) throw new Error(`series ${s} has another number of scores than rows`);
      for (let row = firstRow; row < own.length; row++) {
        const score = own[row] as number;
        if (score >= least) rows.push({ score, place: place[row] as number, window: window[row] as number });
      }
    });
    rows.sort((a, b) => b.score - a.score);
    return {
      score: Float64Array.from(rows, (row) => row.score),
      place: Float64Array.from(rows, (row) => row.place),
      window: Int32Array.from(rows, (row) => row.window),
    };
  }

  /**
   * Every row at or above the threshold is a detection; without one, the threshold that scores best on this very corpus,
   * as the benchmark's scoreboard has it.
   */
  score(ranked: RankedRows, profile: NabProfile, threshold?: number): NabScore {
    const tally = new Tally(profile, this.#scoredWindows);
    const none = tally.raw;
    let best = { threshold: threshold ?? 1.1, ...tally.state };
    for (let row = 0; row < ranked.score.length; ) {
      const score = ranked.score[row] as number;
      if (threshold !== undefined && score < threshold) break;
      for (; ranked.score[row] === score; row++) {
        tally.add(ranked.place[row] as number, ranked.window[row] as number);
      }
      if (threshold !== undefined) best = { threshold, ...tally.state };
      else if (tally.raw > best.raw) best = { threshold: score, ...tally.state };
    }
    const normalised = (100 * (best.raw - none)) / (this.#windows * profile.truePositive - none);
    return { ...best, normalised, windows: this.#scoredWindows };
  }
}

/** Worth of the detections so far. */
class Tally {
  readonly #profile: NabProfile;
  readonly #bestOf = new Map<number, number>();
  #falsePositives = 0;
  raw: number;

  constructor(profile: NabProfile, windows: number) {
    this.#profile = profile;
    this.raw = -profile.falseNegative * windows;
  }

  add(place: number, window: number): void {
    const { truePositive, falsePositive, falseNegative } = this.#profile;
    if (window < 0) {
      this.#falsePositives++;
      this.raw += falsePositive * place;
      return;
    }
    const worth = (truePositive * place) / FIRST_ROW;
    const before = this.#bestOf.get(window) ?? -falseNegative;
    if (worth <= before) return;
    this.#bestOf.set(window, worth);
    this.raw += worth - before;
  }

  get state(): Pick<NabScore, 'raw' | 'windowsHit' | 'falsePositives'> {
    return { raw: this.raw, windowsHit: this.#bestOf.size, falsePositives: this.#falsePositives };
  }
}

function placeRows({ rows, windows }: LabelledSeries, firstWindow: number): Placed {
  const place = new Float64Array(rows).fill(-1);
  const window = new Int32Array(rows).fill(-1);
  windows.forEach(([first, last], w) => {
    const width = last - first + 1;
    for (let row = first; row <= last; row++) {
      place[row] = scaledSigmoid(-(last - row + 1) / width);
      window[row] = firstWindow + w;
    }
    const next = windows[w + 1]?.[0] ?? rows;
    for (let row = last + 1; row < next; row++) {
      place[row] = width > 1 ? scaledSigmoid((row - last) / (width - 1)) : -1;
    }
  });
  const firstRow = Math.ceil(Math.min(Math.floor(PROBATION_SHARE * rows), PROBATION_SHARE * PROBATION_LIMIT));
  return { place, window, firstRow };
}

/** The alarms of a live system: a row at or above the threshold, unless one of the `gap` rows before was an alarm. */
export function holdOff(scores: Float64Array, threshold: number, gap: number): Float64Array {
  let last = Number.NEGATIVE_INFINITY;
  return scores.map((score, row) => {
    if (!(score >= threshold) || row - last <= gap) return 0;
    last = row;
    return score;
  });
}
