/** Arrays that a snapshot can hold. */
export type StateArray = Float32Array | Float64Array | Uint8Array | Uint16Array | Uint32Array;

/**
 * One description of a component's state for both directions, so that what is saved and what is restored cannot drift
 * apart: saving, `number` writes its argument and gives it back; restoring, it gives back what was written. `array` is
 * written or filled in place. Names are unique within a component; `within` opens a name space for a part.
 */
export interface StateIo {
  readonly isRestoring: boolean;
  /** Format of the state that is restored, or written. In an older one, what is missing keeps the value that it has at first. */
  readonly version: number;
  number(name: string, value: number): number;
  /** Restoring, the stored length must be the array's: what has another shape belongs to other settings. */
  array(name: string, array: StateArray): void;
  within(name: string): StateIo;
  /** The state that is restored has a number or an array of that name. Saving: false. */
  has(name: string): boolean;
  /** Restoring: the part of that name is not wanted. */
  leave(name: string): void;
}

/** A component whose numbers shape what comes next. */
export interface Stateful {
  exchange(io: StateIo): void;
}
