import { editDistance } from '../../config/problems/closest.ts';

/** A filter that is likely meant, and a topic that it matches and that was heard. */
export interface NearFilter {
  readonly filter: string;
  readonly topic: string;
}

/** Letters of a level that may differ, and cost of a level too many or too few. */
const MOST_EDITS = 2;
const LEVEL_COST = 2;
/** An empty level is a slash too many. */
const SLASH_COST = 1;
const HIGHEST_COST = 3;
/** Levels of a topic that are looked at: the work grows with their square. */
const MOST_LEVELS = 16;

interface Alignment {
  readonly cost: number;
  /** The levels of the filter as they would have to be. */
  readonly levels: readonly string[];
  /** Levels without wildcard that both have, letters aside. */
  readonly shared: number;
}

/**
 * The filter that is nearest to one for which nothing comes, and that matches a topic that was heard: letters of a level differ, or a level
 * or slash is missing or one too many.
 * @param topics none of them matches `filter`
 */
export function nearFilter(filter: string, topics: Iterable<string>): NearFilter | undefined {
  const wanted = filter.split('/');
  if (wanted.length > MOST_LEVELS) return undefined;
  let best: (NearFilter & { readonly cost: number }) | undefined;
  for (const topic of topics) {
    const levels = topic.split('/');
    if (topic.startsWith('$') || levels.length > MOST_LEVELS) continue;
    const found = align(wanted, levels);
    if (found === undefined || found.shared === 0 || found.cost > HIGHEST_COST) continue;
    if (best === undefined || found.cost < best.cost)
      best = { cost: found.cost, filter: found.levels.join('/'), topic };
  }
  return best && { filter: best.filter, topic: best.topic };
}

const NOTHING: Alignment = { cost: 0, levels: [], shared: 0 };

/** The cheapest way from a filter to one that matches a topic, level by level from the last one on. */
function align(wanted: readonly string[], topic: readonly string[]): Alignment | undefined {
  const hasWildcard = wanted.some((level) => level === '+' || level === '#');
  let below: (Alignment | undefined)[] = [];
  for (let i = wanted.length; i >= 0; i--) {
    const row: (Alignment | undefined)[] = [];
    for (let j = topic.length; j >= 0; j--) {
      if (i === wanted.length && j === topic.length) row[j] = NOTHING;
      else if (wanted[i] === '#') row[j] = { cost: 0, levels: ['#'], shared: 0 };
      else
        row[j] = cheapest([
          i < wanted.length && j < topic.length ? kept(wanted[i], topic[j], below[j + 1]) : undefined,
          // A level that the filter lacks: with wildcards it knows which are many.
          j < topic.length ? added(hasWildcard ? topic[j] : '+', topic[j], row[j + 1]) : undefined,
          i < wanted.length ? left(wanted[i], below[j]) : undefined,
        ]);
    }
    below = row;
  }
  return below[0];
}

function kept(wanted: string, level: string, rest: Alignment | undefined): Alignment | undefined {
  if (rest === undefined) return undefined;
  if (wanted === '+') return { ...rest, levels: ['+', ...rest.levels] };
  const cost = costOf(wanted, level);
  if (cost === undefined) return undefined;
  return { cost: rest.cost + cost, levels: [level, ...rest.levels], shared: rest.shared + (level === '' ? 0 : 1) };
}

/** undefined: it is another word. */
function costOf(wanted: string, level: string): number | undefined {
  if (wanted === level) return 0;
  if (wanted.toLowerCase() === level.toLowerCase()) return 1;
  if (Math.abs(wanted.length - level.length) > MOST_EDITS) return undefined;
  const edits = editDistance(wanted.toLowerCase(), level.toLowerCase());
  // A level as short as the number of edits would be near to anything.
  return edits <= MOST_EDITS && edits < Math.max(wanted.length, level.length) - 1 ? edits : undefined;
}

function added(level: string, own: string, rest: Alignment | undefined): Alignment | undefined {
  return (
    rest && {
      ...rest,
      cost: rest.cost + (own === '' ? SLASH_COST : LEVEL_COST),
      levels: [own === '' ? '' : level, ...rest.levels],
    }
  );
}

function left(wanted: string, rest: Alignment | undefined): Alignment | undefined {
  return rest && { ...rest, cost: rest.cost + (wanted === '' ? SLASH_COST : LEVEL_COST) };
}

function cheapest(alignments: readonly (Alignment | undefined)[]): Alignment | undefined {
  let best: Alignment | undefined;
  for (const each of alignments) if (each !== undefined && (best === undefined || each.cost < best.cost)) best = each;
  return best;
}
