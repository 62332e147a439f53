/** Longest text of a fact, in UTF-16 units: a topic may have 64 KB, and a stack more. */
const LONGEST = 1000;

/** The same facts with their long texts cut, those in lists too. */
export function toShortTexts(facts: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, toShort(value)]));
}

/** @returns the value; of a long text its beginning, and a mark */
function toShort(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toShort);
  return typeof value === 'string' && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}
