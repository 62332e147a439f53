import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { fitText } from './fitText.ts';
import { toPrintable } from './toPrintable.ts';

type Style = Parameters<typeof styleText>[0];

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Default `left`. */
  readonly align?: 'left' | 'right';
  readonly style?: (row: Row) => Style | undefined;
  /** Where the line is too long, this column may be cut down to this number of characters. Absent: it is never cut. */
  readonly minWidth?: number;
}

export interface TableOptions {
  /** Columns of the terminal; absent: as wide as it needs. */
  readonly width?: number;
  readonly color?: boolean;
}

const GAP = '  ';

/** An aligned table: titles, a rule, a line per row, each ended by a line feed. What does not fit is cut or left out, from the right. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width = Number.POSITIVE_INFINITY, color = false }: TableOptions = {},
): string {
  const texts = rows.map((row) => columns.map((column) => toPrintable(column.text(row))));
  const wanted = columns.map(({ title }, c) =>
    Math.max(stringWidth(title), ...texts.map((cells) => stringWidth(cells[c]))),
  );
  const widths = fitWidths(columns, wanted, width);
  const paint = (style: Style | undefined, text: string) =>
    color && style !== undefined && text !== '' ? styleText(style, text, { validateStream: false }) : text;
  const line = (cells: readonly string[], styleOf: (c: number) => Style | undefined) =>
    widths
      .map((columnWidth, c) => {
        const text = fitText(cells[c], columnWidth);
        const space = ' '.repeat(columnWidth - stringWidth(text));
        const painted = paint(styleOf(c), text);
        if (columns[c]?.align === 'right') return space + painted;
        return painted + space;
      })
      .join(GAP)
      .trimEnd();
  const titles = columns.map(({ title }) => title);
  const lines = [
    line(titles, () => 'bold'),
    paint('dim', '─'.repeat(totalWidth(widths))),
    ...rows.map((row, r) => line(texts[r], (c) => columns[c]?.style?.(row))),
  ];
  return lines.map((text) => `${text}\n`).join('');
}

const totalWidth = (widths: readonly number[]) =>
  widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);

/** Cuts what may be cut, widest first, then leaves columns out from the right. The first one always stays. */
function fitWidths<Row>(columns: readonly Column<Row>[], wanted: readonly number[], width: number): number[] {
  const widths = [...wanted];
  while (totalWidth(widths) > width) {
    const spare = widths.map((current, c) => current - (columns[c]?.minWidth ?? current));
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] > 0) {
      widths[widest] = Math.max(columns[widest]?.minWidth as number, widths[widest] - excess(widths, width));
    } else if (widths.length > 1) return fitWidths(columns.slice(0, -1), wanted.slice(0, -1), width);
    else return [Math.max(0, width)];
  }
  return widths;
}

const excess = (widths: readonly number[], width: number) => totalWidth(widths) - width;
