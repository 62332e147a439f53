import type { ExpertName } from './expertName.ts';
import type { LearnSettings } from './learnSettings.ts';
import type { Notation } from './notation.ts';
import type { DurationMs } from './time.ts';
import type { ValidBounds, ValidReadings } from './validReadings.ts';

/** A forecast distance: `label` as the user wrote it (the key in `forecast_at`), `steps` as the learner counts. */
export interface Horizon {
  readonly label: string;
  readonly steps: number;
}

/** Horizons in the order in which a forecast has them. */
export function smallestFirst(horizons: readonly Horizon[]): readonly Horizon[] {
  return [...horizons].sort((a, b) => a.steps - b.steps);
}

export const CELL_KINDS = ['lstm', 'rnn', 'gru', 'lstm_peephole', 'lstm_coupled'] as const;
export type CellKind = (typeof CELL_KINDS)[number];

export const INIT_KINDS = ['forget_bias', 'chrono'] as const;

export const KERNEL_CHOICES = ['auto', 'simd', 'relaxed', 'plain'] as const;
export type KernelChoice = (typeof KERNEL_CHOICES)[number];

export interface ModelSettings {
  readonly kernel: KernelChoice;
  readonly cell: CellKind;
  /** H: units of the hidden state. */
  readonly hidden: number;
  /** Longest lag, in steps, that the first weights are made to remember (chrono initialisation); undefined: forget bias 1. */
  readonly chronoLag: number | undefined;
  /** k1: steps between two updates; k2: steps that one update goes back. */
  readonly bptt: { readonly every: number; readonly window: number };
  /** `auto` = max(2e-4, 1e-3/√(1 + updates/1000)). */
  readonly learningRate: number | 'auto';
  /** Updates from rows of long ago after each one from the newest window; 0: none, and no rows are kept for it. */
  readonly replay: number;
  /** M: rows that are kept for it. */
  readonly replayRows: number;
  readonly experts: readonly ExpertName[];
  readonly inputs: {
    /** Differences to this many previous values. */
    readonly lags: number;
    readonly calendar: boolean;
    readonly dayLag: boolean;
    readonly weekLag: boolean;
    /** The linear forecast as input of `lstm_direct`; `lstm_residual` always has it. */
    readonly linear: boolean;
  };
  readonly seed: number;
}

/** Rule by which samples of a stream become steps. */
export interface StepSettings {
  /** `message`: each sample is one step. A duration: a fixed grid in sample time. */
  readonly every: 'message' | DurationMs;
  /** On a grid: how long the last value stands in for a reading; after that the grid point is missing. */
  readonly gapAfter: DurationMs;
}

export interface TimeSettings {
  readonly from: 'message' | 'arrival';
  /** Off: any payload time is taken as it is (replays, demo, tests). */
  readonly sanity: boolean;
  /** IANA name, or `system`: for calendar features and for payload times without an offset. */
  readonly zone: string;
  /** Dotted path of the payload's time; undefined: the first of the usual names. */
  readonly path: string | undefined;
}

export interface PublishSettings {
  readonly minInterval: DurationMs;
  readonly retain: boolean;
  /** QoS of the results. */
  readonly qos: 0 | 1;
  /** MQTT 5 message expiry of the retained state; 0 = never. */
  readonly expire: DurationMs;
  /** The forecasts also go out as columns, on a topic of their own. */
  readonly forecast: boolean;
}

export const DIRECTIONS = ['both', 'up', 'down'] as const;
type Direction = (typeof DIRECTIONS)[number];

/** Length of a span: a number of rows, or a time between the first and the last of them. */
export type Span = { readonly rows: number } | { readonly time: DurationMs };

/** Definition of an anomaly of one stream. It shapes the score and the alarm only, never what is learned. */
export interface AnomalySettings {
  /** Lowest and highest good reading, as the user knows them: outside is an alarm, whatever was learned. */
  readonly range: { readonly low: number; readonly high: number } | undefined;
  /** Which side of the expected value can be an alarm. */
  readonly direction: Direction;
  /** A reading nearer than this to the published forecast is no alarm: in the sensor's unit, and as a share of the forecast. */
  readonly minDeviation: number;
  readonly minRelativeDeviation: number;
  /** The score is divided by it: 2 takes twice as much for an alarm. */
  readonly threshold: number;
  /** Span after the start of an alarm in which no other starts, unless it is far stranger. */
  readonly holdOff: Span;
  /** Span for which the score must stay at the threshold before the alarm starts. */
  readonly minDuration: Span;
  /** A reading that is older when it comes is learned and scored, but starts no alarm. */
  readonly maxAge: DurationMs;
}

/** Names that one stream can have at most. */
export const MOST_CLASSES = 32;

/** Classes of the readings of one stream, taught by labels (`domain/streamInput`). Forecasts are the same with and without them. */
export interface ClassifySettings {
  /**
   * 2 to 32 names, each once. Where the list changes, a name that stays keeps what was learned of it. `open`: each new name that a
   * label brings becomes a class, until there are 32.
   */
  readonly classes: readonly string[] | 'open';
  /** A label may come so late, in sample time; one whose span ends farther ahead of the newest reading is refused. */
  readonly delay: DurationMs;
  /**
   * Longest lag, in steps: a reading tells the class of readings so much later. The first weights are then made to remember for that time
   * (chrono initialisation), and twice as often is learned, at a higher rate. undefined: not known.
   */
  readonly longestLag: number | undefined;
  /** A new class is published once it has been the most likely one for this long, or at once where its probability is 0.6. */
  readonly dwell: Span;
}

/** Settings that a learner is made from. */
export interface LearnerSettings {
  /** undefined: the readings have no classes. */
  readonly classify?: ClassifySettings | undefined;
  readonly horizons: readonly Horizon[];
  /** Nominal coverage of the interval, e.g. 0.9. */
  readonly interval: number;
  readonly minSamples: number;
  readonly anomaly: AnomalySettings;
  /** No reading comes from outside, so no forecast and no bound of an interval leaves it. */
  readonly valid: ValidBounds;
  /** Number of other fields of the same message that join the features (exogenous inputs). */
  readonly exogenous: number;
  /** Their names: by these they are found again where the list changes. undefined: not known. */
  readonly inputNames?: readonly string[] | undefined;
  /** Silence after which the networks' h and c begin anew; 0 = never. */
  readonly resetAfter: DurationMs;
  readonly model: ModelSettings;
}

/** Everything that the configuration says about one stream. */
export interface StreamSettings extends LearnerSettings {
  readonly learning: LearnSettings;
  readonly step: StepSettings;
  readonly time: TimeSettings;
  readonly publish: PublishSettings;
  readonly valid: ValidReadings;
  readonly notation: Notation;
}
