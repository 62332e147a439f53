/**
 * The cells of one row (RFC 4180), as written, or undefined where a quote that it opens is never closed: the row may go on in
 * the next line. A quote inside a cell that does not begin with one is a character (`5" pipe`). A library reads on until the next quote,
 * wherever that is, so that one lone quote would cost all rows up to there.
 */
export function splitRow(row: string, separator: string): string[] | undefined {
  if (!row.includes('"')) return row.split(separator);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const quoted = readQuoted(row, at, separator);
    if (quoted === 'open') return undefined;
    const end = quoted?.end ?? endOfPlain(row, at, separator);
    cells.push(quoted?.text ?? row.slice(at, end));
    if (end >= row.length) return cells;
    at = end + separator.length;
  }
}

function endOfPlain(row: string, from: number, separator: string): number {
  const end = row.indexOf(separator, from);
  return end < 0 ? row.length : end;
}

/** A cell in quotes, with blanks around them at most; undefined: it is a plain one. */
function readQuoted(row: string, from: number, separator: string): { text: string; end: number } | 'open' | undefined {
  let open = from;
  while (row[open] === ' ') open++;
  if (row[open] !== '"') return undefined;
  for (let close = row.indexOf('"', open + 1); close >= 0; close = row.indexOf('"', close + 1)) {
    if (row[close + 1] === '"') {
      close++;
      continue;
    }
    let end = close + 1;
    while (row[end] === ' ') end++;
    const isEnd = end >= row.length || row.startsWith(separator, end);
    return isEnd ? { text: row.slice(open + 1, close).replaceAll('""', '"'), end } : undefined;
  }
  return 'open';
}
