/** Days that a word stands for, counted from Monday as 0. */
type Group = readonly [word: string, days: readonly number[]];

export const DAY_MS = 86_400_000;

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
/** Words for several days, counted from Monday as 0. */
const GROUPS: ReadonlyMap<string, readonly number[]> = new Map([
  ...['daily', 'every day', 'everyday', 'each day', ''].map((word): Group => [word, [0, 1, 2, 3, 4, 5, 6]]),
  ...['weekday', 'weekdays', 'workdays', 'working days'].map((word): Group => [word, [0, 1, 2, 3, 4]]),
  ...['weekend', 'weekends'].map((word): Group => [word, [5, 6]]),
]);

/** Words that say nothing. */
const FILLERS: ReadonlySet<string> = new Set(['', 'on', 'every', 'each']);

/** Place of a day in the week, Monday is 0: `sun`, `Sunday`, `sundays`, `tues`, `thurs`. undefined: none has that name. */
export function readDay(text: string): number | undefined {
  const word = text.replace(/\.$/, '');
  const name = word.length > 4 ? word.replace(/s$/, '') : word;
  if (name.length < 2) return undefined;
  const place = DAYS.findIndex((day) => day === word || day.startsWith(name));
  return place < 0 ? undefined : place;
}

/** Days of a list with ranges, in order, each once: `mon-fri`, `sat, sun`, `tuesdays and fridays`, `weekdays`; nothing: all. undefined: it is no such list. */
export function readDays(text: string): readonly number[] | undefined {
  const plain = text.replace(/^on /, '').trim();
  const group = GROUPS.get(plain);
  if (group !== undefined) return group;
  const found = new Set<number>();
  for (const item of plain.split(/\s?(?:,|;|\/|&|\band\b)\s?|\s(?!-|to\b|through\b)(?<!-\s|to\s|through\s)/)) {
    if (FILLERS.has(item)) continue;
    const days = GROUPS.get(item) ?? readRange(item);
    if (days === undefined) return undefined;
    for (const day of days) found.add(day);
  }
  return found.size === 0 ? undefined : [...found].sort((a, b) => a - b);
}

/** The range may go over the end of the week. */
function readRange(text: string): readonly number[] | undefined {
  const [first, last, ...more] = text.split(/\s?(?:-|\bto\b|\bthrough\b)\s?/).map(readDay);
  if (first === undefined || more.length > 0) return undefined;
  if (!/-|\bto\b|\bthrough\b/.test(text)) return [first];
  if (last === undefined) return undefined;
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, i) => (first + i) % 7);
}
