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

/** Tells whether a value holds itself, as an alias inside its own anchor makes it. Linear, however often parts are shared. */
export function isCyclic(value: unknown, ancestors: Set<unknown> = new Set(), done: Set<unknown> = new Set()): boolean {
  if (typeof value !== 'object' || value === null || done.has(value)) return false;
  if (ancestors.has(value)) return true;
  ancestors.add(value);
  const found = Object.values(value).some((child) => isCyclic(child, ancestors, done));
  ancestors.delete(value);
  done.add(value);
  return found;
}
