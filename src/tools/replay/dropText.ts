import type { FirstDrop } from './rowReader.ts';

/** The first row that was not used, in words: where it stands, what it holds, and what helps. */
export function describeDrop({ line, reason, cell, why }: FirstDrop): string {
  if (cell === undefined) return `line ${line}: ${why ?? reason}`;
  const { column, text } = cell;
  const shown = `line ${line}, column ${JSON.stringify(column)}: ${JSON.stringify(text)} (${reason})`;
  const hint = hintFor(reason, text);
  return hint === undefined ? shown : `${shown}; ${hint}`;
}

function hintFor(reason: FirstDrop['reason'], text: string): string | undefined {
  switch (reason) {
    case 'bad-time':
      return 'is it a time? --time names another column, --time-format "%d.%m.%Y %H:%M" says how it is written';
    case 'not-a-number':
      return /^\s*(?:on|off|true|false|open|closed|yes|no)\s*$/i.test(text)
        ? 'words are no numbers: write 1 and 0'
        : 'is it the right column? --value names another one';
    case 'other-unit':
      return 'the rows before have another unit: convert it, or replay the rows of one unit';
    case 'missing':
      return 'the column says that it has no value';
    case 'not-valid':
      return 'what `valid` says of readings leaves it out';
    default:
      return undefined;
  }
}
