import type { Kind } from './kinds.ts';
import type { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { Sensors } from './sensors.ts';
import type { Medium } from './simStore.ts';
import type { World } from './world.ts';

/** The parts that troubles act on. */
export interface Stage {
  readonly world: World;
  readonly kind: Kind;
  readonly medium: Medium;
  readonly ledger: Ledger;
  readonly sensors: Sensors;
  /** undefined: no process runs. */
  readonly life: Life | undefined;
  /** The process is killed. */
  crash(): void;
  /** The process is stopped, and begins anew. */
  stop(): void;
  /** The connection breaks. */
  cut(): void;
  /** The system's clock leaps. */
  leap(ms: number): void;
  fail(fault: string): void;
}
