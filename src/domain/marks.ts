/**
 * Marks of a reading: what does not become of it, whatever its effort. They are decided before the step, or follow from it and from the steps
 * before, and are journaled with the reading: a replay of the journal treats it in the same way, whatever the settings are by then.
 */
export type Marks = number;

export const NO_MARKS: Marks = 0;

/** Bits of `Marks`. */
export const MARK = {
  /** No network learns from it, neither now nor in a later window that it lies in. */
  keptOut: 1,
  /** The same, where an alarm is open once it has been scored. */
  whenNormal: 2,
  /** It starts no alarm. */
  quiet: 4,
  /** A reading of recorded history: it starts no alarm, and no forecast of it goes out. One that is not newer than what its stream knows is dropped. */
  recorded: 8,
} as const;

/** All marks. */
export const MOST_MARKS: Marks = 15;

export function hasMark(marks: Marks | undefined, mark: Marks): boolean {
  return marks !== undefined && (marks & mark) !== 0;
}
