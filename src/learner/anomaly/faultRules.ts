/** Least score of what is like something that was called a fault, however often it has come. */
export const FAULT_SCORE = 2;

/** Rows in a row after which what looks like a fault is how the series is now. */
export const LASTING_ROWS = 300;
