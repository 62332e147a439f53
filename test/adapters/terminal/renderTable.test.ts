import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { type Column, renderTable } from '../../../src/adapters/terminal/renderTable.ts';

interface Row {
  readonly stream: string;
  readonly value: number;
  readonly note: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'stream', text: ({ stream }) => stream, minWidth: 8 },
  {
    title: 'value',
    text: ({ value }) => value.toFixed(1),
    align: 'right',
    style: ({ value }) => (value > 100 ? 'red' : undefined),
  },
  { title: 'note', text: ({ note }) => note },
];
const ROWS: readonly Row[] = [
  { stream: 'zigbee2mqtt/fridge_plug/power', value: 81.2, note: '' },
  { stream: '事務所/co2', value: 1179, note: 'rising' },
];

test('aligns titles and cells, wide characters too', () => {
  expect(renderTable(COLUMNS, ROWS)).toMatchInlineSnapshot(`
    "stream                          value  note
    ─────────────────────────────────────────────
    zigbee2mqtt/fridge_plug/power    81.2
    事務所/co2                     1179.0  rising
    "
  `);
});

test('cuts the columns that may be cut', () => {
  expect(renderTable(COLUMNS, ROWS, { width: 32 })).toMatchInlineSnapshot(`
    "stream             value  note
    ────────────────────────────────
    zigbee2mqtt/fri…    81.2
    事務所/co2        1179.0  rising
    "
  `);
});

test('leaves columns out from the right when cutting is not enough', () => {
  expect(renderTable(COLUMNS, ROWS, { width: 18 })).toMatchInlineSnapshot(`
    "stream       value
    ──────────────────
    zigbee2mq…    81.2
    事務所/co2  1179.0
    "
  `);
  expect(renderTable(COLUMNS, ROWS, { width: 5 })).toMatchInlineSnapshot(`
    "stre…
    ─────
    zigb…
    事務…
    "
  `);
});

test('a table without rows is its titles', () => {
  expect(renderTable(COLUMNS, [])).toMatchInlineSnapshot(`
    "stream  value  note
    ───────────────────
    "
  `);
});

test('colours titles and the cells that ask for it, and only where colour is wanted', () => {
  const colored = renderTable(COLUMNS, ROWS, { color: true });

  expect(colored).toContain('\u001b[31m1179.0\u001b[39m');
  expect(colored).toContain('\u001b[1mstream\u001b[22m');
  expect(colored).not.toContain('\u001b[31m81.2');
  expect(stripVTControlCharacters(colored)).toBe(renderTable(COLUMNS, ROWS));
});

test('a name can neither move the cursor nor add a line', () => {
  const lines = renderTable(COLUMNS, [{ stream: 'a\n\u001b[2J', value: 1, note: '' }]).split('\n');

  expect(lines).toHaveLength(4);
  expect(lines[2]).toContain('a��[2J');
});

test('no line is wider than the terminal', () => {
  const row = fc.record({
    stream: fc.string({ unit: 'grapheme' }),
    value: fc.double({ noNaN: true }),
    note: fc.string(),
  });
  void fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), fc.integer({ min: 1, max: 60 }), (rows, width) => {
      for (const line of renderTable(COLUMNS, rows, { width }).split('\n'))
        expect(stringWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});
