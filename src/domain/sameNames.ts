/** @returns whether both are the same names in the same order */
export function sameNames(one: readonly string[], other: readonly string[]): boolean {
  if (one === other) return true;
  return one.length === other.length && one.every((name, i) => name === other[i]);
}
