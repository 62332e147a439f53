/** Readings that share one column of the picture. */
export interface PlotBucket {
  /** Time of the first one, ms since 1970. */
  readonly at: number;
  low: number;
  high: number;
  /** Means of the interval's bounds; NaN where there was none. */
  lower: number;
  upper: number;
  bounds: number;
  /** The highest score; NaN while there is none. */
  score: number;
}

/** The start of an alarm, with its reading. */
export interface PlotAlarm {
  readonly at: number;
  readonly value: number;
}

/** Width of the drawing area: the picture has no more columns than that. */
export const PLOT_WIDTH = 1100;

export interface PlotParts {
  readonly title: string;
  readonly hasTimes: boolean;
  /** Ends of the axis of time, ms since 1970. */
  readonly oldest: number;
  readonly newest: number;
  /** In the order of time. */
  readonly buckets: readonly PlotBucket[];
  readonly alarms: readonly PlotAlarm[];
}
