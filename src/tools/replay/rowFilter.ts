/** Rows that have this cell in this column; `*`: any cell. */
export interface Choice {
  readonly column: string;
  readonly cell: string;
}

/** Tells which rows of a table belong to the series that is meant. Several cells of one column all do. */
export class RowFilter {
  readonly #wanted: readonly { readonly place: number; readonly cells: ReadonlySet<string> }[];
  /** Rows of other series so far. */
  left = 0;

  /** @param columns of the table, each chosen one among them */
  constructor(choices: readonly Choice[], columns: readonly string[]) {
    const names = [...new Set(choices.map(({ column }) => column))];
    this.#wanted = names.map((name) => ({
      place: columns.indexOf(name),
      cells: new Set(choices.filter(({ column }) => column === name).map(({ cell }) => cell)),
    }));
  }

  takes(row: readonly string[]): boolean {
    const isTaken = this.#wanted.every(({ place, cells }) => cells.has('*') || cells.has((row[place] ?? '').trim()));
    if (!isTaken) this.left++;
    return isTaken;
  }
}
