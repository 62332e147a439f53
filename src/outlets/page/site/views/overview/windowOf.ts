const CARD_HEIGHT = 196;
const HEADING_HEIGHT = 28;
export const GAP = 16;
const LEAST_WIDTH = 340;
/** Rows this far outside of the window are made, so that a scroll finds them. */
const MARGIN = 400;

/** One line of the list: a heading, or as many cards as fit beside each other. `first` and `count` are places among all cards. */
export interface Line {
  readonly top: number;
  readonly height: number;
  readonly group: number;
  readonly first: number;
  /** 0: the heading of the group. */
  readonly count: number;
}

/** @param width of the list, CSS pixels */
export function columnsFor(width: number): number {
  return Math.max(1, Math.floor((width + GAP) / (LEAST_WIDTH + GAP)));
}

/** Lines of the whole list from the top. @param groups number of cards of each, and whether it has a heading */
export function linesOf(
  groups: readonly { readonly size: number; readonly hasHeading: boolean }[],
  columns: number,
): readonly Line[] {
  const lines: Line[] = [];
  let top = 0;
  let first = 0;
  groups.forEach(({ size, hasHeading }, group) => {
    if (hasHeading) {
      lines.push({ top, height: HEADING_HEIGHT, group, first, count: 0 });
      top += HEADING_HEIGHT + GAP;
    }
    for (let done = 0; done < size; done += columns) {
      const count = Math.min(columns, size - done);
      lines.push({ top, height: CARD_HEIGHT, group, first: first + done, count });
      top += CARD_HEIGHT + GAP;
    }
    first += size;
  });
  return lines;
}

/** Height of all lines. */
export function heightOf(lines: readonly Line[]): number {
  const last = lines.at(-1);
  return last === undefined ? 0 : last.top + last.height;
}

/** Lines in the window and near it. @param above pixels of the list above the window @param height of the window */
export function linesInView(lines: readonly Line[], above: number, height: number): readonly Line[] {
  return lines.filter((line) => line.top + line.height >= above - MARGIN && line.top <= above + height + MARGIN);
}
