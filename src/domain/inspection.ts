import type { AlarmEvidence } from './alarm.ts';
import type { ExpertName } from './expertName.ts';

/** The running memory of one network: (H) hidden state, (H) cell state; the latter all zero for cells that have none. */
export interface MemoryState {
  readonly network: ExpertName;
  readonly hidden: readonly number[];
  readonly cell: readonly number[];
}

/** Experts and answer at one horizon. Errors are mean absolute ones in the sensor's unit, of the newest readings most; null while nothing was scored. */
export interface HorizonInspection {
  /** Label as the configuration has it. */
  readonly horizon: string;
  readonly steps: number;
  /** The expert that the published answer owes most to. */
  readonly source: ExpertName;
  /** In the order of `experts`; they sum to 1. */
  readonly weights: readonly number[];
  /** Errors of the experts, over some 200 readings; a far outlier counts in it as 25 usual errors. */
  readonly errors: readonly (number | null)[];
  /** Error of the published answer, over some 500 readings. */
  readonly error: number | null;
  /** Error of the best plain forecast, over the same readings. */
  readonly baselineError: number | null;
  /** 1 − error / baselineError. */
  readonly skill: number | null;
  /** Share of the last 500 changed readings inside their interval. */
  readonly coverage: number | null;
}

/** Learning of one network. */
export interface NetworkInspection {
  readonly network: ExpertName;
  /** Norm of the last gradient before it was clipped; null before the first since the start: it is not kept. */
  readonly gradientNorm: number | null;
  /** Learning rate of the next update. */
  readonly rate: number;
  readonly updates: number;
  /** Roll-backs that its guard remembers: the last three at most, none from before it was frozen. */
  readonly rollbacks: number;
  /** Moment of sample time (epoch ms) until which it learns nothing; null: it learns. */
  readonly frozenUntil: number | null;
}

/** A look inside the learner of one stream. It changes nothing. */
export interface Inspection {
  /** Readings taken in. */
  readonly samples: number;
  readonly experts: readonly ExpertName[];
  /** Per expert: it is a plain forecast that the answer must never be worse than. */
  readonly baselines: readonly boolean[];
  readonly horizons: readonly HorizonInspection[];
  readonly networks: readonly NetworkInspection[];
  readonly memories: readonly MemoryState[];
  /** Measures of the alarm that goes on. Default: none does. */
  readonly alarm?: AlarmEvidence;
}
