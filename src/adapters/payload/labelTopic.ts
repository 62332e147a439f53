/**
 * The topic whose streams a label message is for: what stands for the wildcards of the label filter, put in the place of those of
 * the reading filter.
 * @param topic of the label message, which `labelFilter` matches
 * @returns undefined where nothing is left of the topic
 */
export function readingTopic(topic: string, labelFilter: string, readingFilter: string): string | undefined {
  const levels = topic.split('/');
  const wanted = labelFilter.split('/');
  const single = levels.filter((_, i) => wanted[i] === '+');
  const rest = wanted.at(-1) === '#' ? levels.slice(wanted.length - 1) : [];
  const filled = readingFilter.split('/').flatMap((level) => {
    if (level === '+') return single.splice(0, 1);
    return level === '#' ? rest : [level];
  });
  return filled.length === 0 ? undefined : filled.join('/');
}
