import { type Attributes, type Child, make } from './make.ts';

/** A column: its heading, and whether it holds numbers, which stand at the right. */
export interface Column {
  readonly name: Child;
  readonly isNumber?: boolean;
}

export interface Row {
  /** The first is the heading of the row. */
  readonly cells: readonly Child[];
  readonly attributes?: Attributes;
}

/** A table whose first column holds the headings of the rows. */
export function table(caption: string, columns: readonly Column[], rows: readonly Row[]): HTMLTableElement {
  const head = columns.map(({ name, isNumber }) =>
    make('th', { scope: 'col', class: isNumber ? 'number' : null }, name),
  );
  return make(
    'table',
    {},
    make('caption', { class: 'unseen' }, caption),
    make('thead', {}, make('tr', {}, ...head)),
    make('tbody', {}, ...rows.map((row) => rowOf(row, columns))),
  );
}

function rowOf({ cells, attributes }: Row, columns: readonly Column[]): HTMLTableRowElement {
  const made = cells.map((cell, i) => {
    const style = columns[i]?.isNumber ? 'number' : null;
    // In a narrow window the cells stand below each other, each with the name of its column.
    const name = columns[i]?.name;
    const label = typeof name === 'string' && name !== '' ? name : null;
    if (i === 0) return make('th', { scope: 'row', class: style }, cell);
    return make('td', { class: style, 'data-column': label }, cell);
  });
  return make('tr', attributes, ...made);
}

/** A box that scrolls sideways by itself, so that the page never does; the keyboard reaches it. */
export function scrolling(label: string, ...children: readonly Child[]): HTMLDivElement {
  return make('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label }, ...children);
}

/** Pairs of a term and what it has. */
export function pairs(entries: readonly (readonly [Child, Child])[]): HTMLDListElement {
  const list = make('dl', { class: 'pairs' });
  list.append(...entries.map(([term, value]) => make('div', {}, make('dt', {}, term), make('dd', {}, value))));
  return list;
}
