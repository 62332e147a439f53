import type { Effort } from '../../domain/effort.ts';
import type { ExpertName } from '../../domain/expertName.ts';
import type { RunningMemory } from '../../model/network.ts';
import type { NetworkLearning } from '../../model/networkLearning.ts';
import type { Stateful } from '../../model/stateIo.ts';
import type { Observation } from '../observation.ts';

/**
 * One way to forecast. For each row, in this order: `observe` (the targets that arrived with it), `predict`, and after the
 * forecast has left, `learn`. Every expert answers from the first row on, with finite numbers only.
 */
export interface Expert extends Stateful {
  readonly name: ExpertName;
  /** It is a simple expert that the published answer must never be worse than. */
  readonly isBaseline: boolean;
  /** False while it learns nothing because its numbers were not finite again and again. */
  readonly isHealthy: boolean;
  /** Copies of its running memory; undefined: it has none. */
  readonly memory?: () => RunningMemory;
  /** State of its learning; undefined: it is no network. */
  readonly learning?: () => NetworkLearning;
  observe(row: Observation): void;
  /** The level of the series has moved by so much: what waits for its target moves along. */
  move(shift: number): void;
  /** forecast (K) out: one value per horizon, in the sensor's unit. */
  predict(forecast: Float64Array, row: Observation): void;
  /** @param effort default: full */
  learn(effort?: Effort): void;
  /** Learns the rows of these ages (0: the newest) once more, as far as they are kept. Default: it keeps none. */
  relearn?(oldest: number, newest: number): void;
  /** Lets the running memory (h, c) begin anew; what was learned stays. */
  forget(): void;
  /** Gives the kernel's memory back. */
  free(): void;
}
