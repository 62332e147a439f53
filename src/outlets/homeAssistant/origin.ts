/** Name of this program in what it announces. */
export const ORIGIN = 'tidegate';
