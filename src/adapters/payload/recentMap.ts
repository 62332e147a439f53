import { FollowingMap } from '../../domain/followingMap.ts';

/** A map that holds at most `capacity` entries and forgets those not asked for longest. */
export interface RecentMap<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  /** Forgets the entries for which it holds. */
  forgetWhere(isGone: (key: K, value: V) => boolean): void;
  readonly size: number;
}

/**
 * Two generations instead of a list in order of use: a hit among the young costs one look-up and no write, which is what
 * nearly every message is. A full young generation becomes the old one and the old one goes, so an entry survives at least
 * capacity / 2 other new ones after its last use.
 */
export function createRecentMap<K, V>(capacity: number): RecentMap<K, V> {
  const half = Math.max(1, Math.floor(capacity / 2));
  let young = new FollowingMap<K, V>();
  let old = new FollowingMap<K, V>();

  function set(key: K, value: V): void {
    if (young.size >= half && !young.has(key)) {
      old = young;
      young = new FollowingMap();
    }
    young.set(key, value);
  }

  function get(key: K): V | undefined {
    const recent = young.get(key);
    if (recent !== undefined) return recent;
    const earlier = old.get(key);
    if (earlier !== undefined) set(key, earlier);
    return earlier;
  }

  return {
    get,
    set,
    forgetWhere(isGone) {
      for (const map of [young, old]) for (const [key, value] of map) if (isGone(key, value)) map.delete(key);
    },
    get size() {
      return young.size + old.size;
    },
  };
}
