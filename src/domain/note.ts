/** Port: remembers one value beyond the life of the process. */
export interface Note {
  /** @returns what `write` was given last, as JSON gives it back, not checked; undefined: nothing, or it cannot be read */
  read(): unknown;
  /** @returns whether it is kept */
  write(value: unknown): boolean;
}

/** Nothing outlives the process. */
export const NO_NOTE: Note = { read: () => undefined, write: () => false };
