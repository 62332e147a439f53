import { type ConfigPlan, nameOf } from '../config/diff.ts';
import type { Reloaded } from '../domain/reloaded.ts';

/** Names of what a plan has done. @param left the plan that is left: it waits for a start */
export function outcomeOf(plan: ConfigPlan, left: ConfigPlan): Reloaded {
  const restart = [...left.restart, ...namesOfEntries(left, 'stream'), ...changesOfEntries(left)];
  const done = (names: readonly string[]): readonly string[] => names.filter((name) => !restart.includes(name));
  return {
    live: [...plan.live.map(({ path }) => nameOf(path)), ...namesOfEntries(plan, 'live')],
    streams: done(namesOfEntries(plan, 'stream')),
    topics: done(changesOfEntries(plan)),
    link: plan.link,
    restart,
  };
}

/** Options of entries that changed and apply in one way, each behind the topic of its entry. */
function namesOfEntries({ changed }: ConfigPlan, applies: 'live' | 'stream'): readonly string[] {
  return changed.flatMap((entry) => entry[applies].map((name) => `${entry.topic}: ${name}`));
}

/** Entries that come, go or stand in another order. */
function changesOfEntries({ added, removed, isReordered }: ConfigPlan): readonly string[] {
  return [
    ...added.map(({ topic }) => `${topic}: added`),
    ...removed.map(({ topic }) => `${topic}: removed`),
    ...(isReordered ? ['streams: in another order'] : []),
  ];
}
