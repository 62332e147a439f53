import type { ExpertName } from './expertName.ts';
import type { StreamId } from './streamId.ts';
import type { CellKind } from './streamSettings.ts';

/** Networks that have a memory: two that forecast, and the one that judges classes. */
export const MEMORY_NETWORKS = ['lstm_residual', 'lstm_direct', 'classes'] as const;
export type MemoryNetwork = (typeof MEMORY_NETWORKS)[number];

/** A question to the memory of a stream. */
export interface MemoryRequest {
  /** Default: the first that the stream has. */
  readonly network?: MemoryNetwork | undefined;
  /** In steps. Default: the smallest. Of classes it is left out. */
  readonly horizon?: number | undefined;
  /** Rows over which a class is explained, at least, where they are kept. Default: 192. */
  readonly rows?: number | undefined;
}

/** Why there is nothing to show. */
export const NO_MEMORY = {
  'no-network': 'has neither classes nor a network that forecasts (a horizon is that of a forecast)',
  'no-such-network': 'has no such network',
  'no-horizon': 'has no such horizon',
  'no-classes': 'knows fewer than two classes so far: it has no class to explain',
  'no-rows': 'has no reading yet, or none since its memory began anew',
} as const;
export type NoMemory = keyof typeof NO_MEMORY;

/** The answer of a network that is explained. */
export type ProbedAnswer =
  | {
      readonly kind: 'class';
      readonly label: string;
      /** The stream publishes that class; else it is the network's likeliest, because none is published yet. */
      readonly isPublished: boolean;
      /** By the network alone; the published probability is a mixture's. */
      readonly probability: number;
    }
  | {
      readonly kind: 'forecast';
      readonly network: ExpertName;
      /** In steps. */ readonly horizon: number;
    };

interface ProbedRow {
  /** Rows back from the newest one, which is 0. */ readonly lag: number;
  /** ms; undefined where it is not kept. */ readonly at: number | undefined;
  readonly share: number;
}

/** An input of a network: its name, and that of the kind of inputs that it belongs to, in words. */
export interface NamedInput {
  readonly name: string;
  readonly group: string;
}

/** Shares of what a network knew in its present answer: baseline + Σ shares of the rows + older = replayed, and so by input. */
export interface Probe {
  readonly answer: ProbedAnswer;
  /** Time of the newest row, ms. */ readonly at: number;
  /** The answer with nothing known: inputs 0, h = c = 0. A forecast: in the sensor's unit, a class: log odds. */
  readonly baseline: number;
  /** The answer of the kept rows, run again with the weights of now. */ readonly replayed: number;
  /** The answer from the h and c that the stream has: they came about with earlier weights. */ readonly carried: number;
  /** Share of all that came before the kept rows. */ readonly older: number;
  /** Newest first. */ readonly rows: readonly ProbedRow[];
  readonly inputs: readonly (NamedInput & { readonly share: number })[];
}

/** A gate of a cell, its candidate (g, of a GRU n), its cell state c or its hidden state h. */
export type StateName = 'i' | 'f' | 'g' | 'o' | 'r' | 'z' | 'n' | 'c' | 'h';

/** (T, H), oldest row first. */
interface TracedState {
  readonly name: StateName;
  readonly values: Float32Array;
}

/**
 * A look into the memory of one network: the last T rows run again, with the weights of now, from the rows that are kept.
 * H units; readings are rows of the stream.
 */
export interface MemoryProbe {
  readonly stream: StreamId;
  readonly network: MemoryNetwork;
  /** Those that the stream has. */ readonly networks: readonly MemoryNetwork[];
  readonly cell: CellKind;
  /** H */ readonly units: number;
  /** Time of the newest row, ms. */ readonly at: number;
  /** The usual time from row to row, ms; 0: not known yet. */ readonly interval: number;
  /** In steps, of the forecast that reach and importance are about; undefined: they are about a class. */
  readonly horizon: number | undefined;
  readonly horizons: readonly number[];
  /** (T) ms, oldest first; NaN where it is not kept. */ readonly times: readonly number[];
  /** (T) readings as the network saw them; NaN where they are not kept. */ readonly readings: readonly number[];
  /** Gates in the order of the cell, then c where it has one, then h. */ readonly states: readonly TracedState[];
  /** (H) readings after which half of what a unit holds is left, if nothing new comes in; empty for a cell without gates. */
  readonly halfLives: Float32Array;
  /** (H) share of each unit in the answer: they sum to 1, or are all 0. */ readonly importance: Float32Array;
  /** That of the network as a whole, in readings; NaN where it cannot be told. */ readonly halfLife: number;
  /** (L + 1) share of an error that reaches the state of earlier rows, by lag from 0 on, where it is 1; empty where there are too few rows. */
  readonly reach: Float32Array;
  readonly shares: Probe;
}
