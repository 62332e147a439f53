import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitRow } from '../../../../src/tools/replay/csv/splitRow.ts';

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

it.each([',', ';', '\t', '|'])(
  'says what a CSV library says of every well-formed row, separated by "%s"',
  (separator) => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'a1.,;|\t" é'), maxLength: 8 }).map(quoted),
      fc.stringMatching(/^[a-z\d]{0,5}$/),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
        const row = cells.join(separator);
        fc.pre(row !== '');
        expect([splitRow(row, separator)]).toEqual(parse(row, { delimiter: separator }));
      }),
    );
  },
);

it.each([
  ['a,5" pipe,3', ['a', '5" pipe', '3']],
  ['"a" b,3', ['"a" b', '3']],
  ['a, "b,c" ,3', ['a', 'b,c', '3']],
  ['a,', ['a', '']],
  ['"a",', ['a', '']],
  ['', ['']],
])('takes quotes where they open a cell: %s', (row, cells) => {
  expect(splitRow(row, ',')).toEqual(cells);
});

it('says that a quote is still open', () => {
  expect(splitRow('a,"b', ',')).toBe(undefined);
});
