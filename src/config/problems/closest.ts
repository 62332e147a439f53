/** The candidate that a mistyped word most likely means: 1 edit away, else one that it begins or that begins it, else 2 edits away. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = 3;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate);
    // A word as short as the number of edits would be near to anything.
    if (distance < bestDistance && distance < Math.max(word.length, candidate.length) - 1) {
      best = candidate;
      bestDistance = distance;
    }
  }
  // `keep` means `keepalive` rather than `key`.
  return bestDistance === 1 ? best : (withSamePrefix(word.toLowerCase(), candidates) ?? best);
}

function withSamePrefix(word: string, candidates: Iterable<string>): string | undefined {
  for (const candidate of candidates) {
    if (Math.min(word.length, candidate.length) < 3) continue;
    if (candidate.startsWith(word) || word.startsWith(candidate)) return candidate;
  }
  return undefined;
}

/** Damerau-Levenshtein in its optimal-string-alignment form: insert, delete, replace, swap of neighbours, each 1. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) cost = Math.min(cost, beforeLast[j - 2] + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
