import type { HealthAnswer } from './answers.ts';

/** A number of the daemon's health; null: it has none of this name. The names after the first lead into what it holds. */
export function healthNumber(health: HealthAnswer | undefined, ...path: readonly string[]): number | null {
  const value = healthMember(health, ...path);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A member of the daemon's health, whatever it is. */
export function healthMember(health: HealthAnswer | undefined, ...path: readonly string[]): unknown {
  let value: unknown = health;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Counts by their names, the largest first; without those that are 0. */
export function healthCounts(
  health: HealthAnswer | undefined,
  ...path: readonly string[]
): readonly (readonly [string, number])[] {
  const value = healthMember(health, ...path);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0)
    .sort((a, b) => b[1] - a[1]);
}

/** Texts of a list. */
export function healthTexts(health: HealthAnswer | undefined, ...path: readonly string[]): readonly string[] {
  const value = healthMember(health, ...path);
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : [];
}
