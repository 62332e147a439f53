/** Columns of what a horizon has issued: see `HorizonTrack`. */
export const COLUMNS = 9;
export const MIXED = 0;
export const STAKE = 1;
export const ANSWER = 2;
export const LOWER = 3;
export const UPPER = 4;
export const PAST = 5;
export const HALF_WIDTH = 6;
export const PUBLISHED = 7;
export const DOUBT = 8;
