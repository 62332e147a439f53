import type { ExpertName } from './expertName.ts';

/** The running memory of one network: (H) hidden state, (H) cell state; the latter all zero for cells that have none. */
export interface MemoryState {
  readonly network: ExpertName;
  readonly hidden: readonly number[];
  readonly cell: readonly number[];
}

/** Weight of each expert at one horizon. */
export interface HorizonMix {
  /** Label as the configuration has it. */
  readonly horizon: string;
  /** The expert that the published answer owes most to. */
  readonly source: ExpertName;
  /** In the order of `experts`; they sum to 1. */
  readonly weights: readonly number[];
}

/** A look inside the learner of one stream. It changes nothing. */
export interface Inspection {
  /** Readings taken in. */
  readonly samples: number;
  readonly experts: readonly ExpertName[];
  readonly horizons: readonly HorizonMix[];
  readonly memories: readonly MemoryState[];
}
