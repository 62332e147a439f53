/** Levels of keys that automatic choice looks at. */
const DEEPEST = 8;
/** The same below an array: its positions name nothing, and what stands in one may stand in another next time. */
const DEEPEST_IN_ARRAY = 3;

/**
 * Tells whether the automatic choice looks into an object or array. The positions in an array of plain numbers (phases of a meter)
 * come on top of the levels of keys.
 * @param depth level of the keys of its holder, the first being 1
 * @param isInArray an array is among its holders
 */
export function isWithinReach(value: object, depth: number, isInArray: boolean): boolean {
  return depth < (isInArray ? DEEPEST_IN_ARRAY : DEEPEST) + Number(Array.isArray(value));
}

/** Tells whether an object holds a number at any level; its levels are bounded by those that a payload may have. */
export function holdsNumber(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNumber);
}
