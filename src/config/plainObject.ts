export type PlainObject = Readonly<Record<string, unknown>>;

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `over` laid on `base`: sections option by option, everything else as a whole. Own `__proto__` keys stay mere keys. */
export function mergeOptions(base: unknown, over: unknown): unknown {
  if (!isPlainObject(base) || !isPlainObject(over)) return over;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over))
    merged.set(key, merged.has(key) ? mergeOptions(merged.get(key), value) : value);
  return Object.fromEntries(merged);
}
