import type { Arena } from './arena.ts';
import type { SimdExports } from './simdModule.ts';

/** Parts of the kernel that a net needs from its maker. */
export interface SimdHome {
  readonly arena: Arena;
  readonly wasm: SimdExports;
  /** Address of the space that windows are worked on in; it moves when a larger net comes. */
  readonly space: number;
}
