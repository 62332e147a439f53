import { expect, it } from 'vitest';
import { FirstRows } from '../../src/learner/firstRows.ts';
import type { Usual } from '../../src/learner/inputGuard.ts';
import { judgeFirstRows } from '../../src/learner/judgeFirstRows.ts';
import { makeSeries, normal, toSteps } from '../support/series.ts';

const ROOM = makeSeries(90, 1, (_, random) => 21 + 0.1 * normal(random));

/** A new beginning: rows that there were, those of them that are faults, and what the readings agree on. */
interface Beginning {
  readonly rows: number;
  readonly faults: readonly number[];
  readonly usual: Usual | undefined;
}

function judge(values: readonly number[]): { readonly beginnings: readonly Beginning[]; readonly isOpen: boolean } {
  const rows = new FirstRows(0);
  const beginnings: Beginning[] = [];
  for (const step of toSteps(values)) {
    if (!rows.isOpen) break;
    judgeFirstRows(rows, step, (usual) => {
      const faults = Array.from({ length: rows.count }, (_, row) => row).filter((row) => rows.isFault(row));
      beginnings.push({ rows: rows.count, faults, usual });
    });
  }
  return { beginnings, isOpen: rows.isOpen };
}

function replaced(from: number, to: number, by: (value: number) => number): number[] {
  return ROOM.map((value, row) => (row >= from && row <= to ? by(value) : value));
}

it('begins nothing again where there is no fault, and is done after 75 rows', () => {
  expect(judge(ROOM.slice(0, 74))).toEqual({ beginnings: [], isOpen: true });
  expect(judge(ROOM.slice(0, 75))).toEqual({ beginnings: [], isOpen: false });
});

it('tells what the others agree on where a fault lasts at the thirtieth row', () => {
  const { beginnings } = judge(replaced(27, 80, () => -127));
  expect(beginnings).toEqual([
    { rows: 30, faults: [27, 28, 29], usual: expect.objectContaining({ first: ROOM[0] }) as Usual },
  ]);
});

it('begins once with a fault that is over by the thirtieth row, however far away it was', () => {
  const expected = [{ rows: 30, faults: [10, 11, 12], usual: undefined }];
  expect(judge(replaced(10, 12, (value) => value + 3)).beginnings).toEqual(expected);
});

it('begins again with each fault that is over, once three readings have come after it', () => {
  const values = replaced(40, 42, (value) => value + 3).map((value, row) => (row === 55 ? -127 : value));
  expect(judge(values).beginnings).toEqual([
    { rows: 46, faults: [40, 41, 42], usual: undefined },
    { rows: 59, faults: [40, 41, 42, 55], usual: undefined },
  ]);
});

it('takes them for readings of the series where they come again, and is done', () => {
  const { beginnings, isOpen } = judge(ROOM.map((value, row) => (row % 20 > 16 ? value + 3 : value)));
  expect(beginnings).toEqual([
    { rows: 30, faults: [17, 18, 19], usual: undefined },
    { rows: 43, faults: [], usual: undefined },
  ]);
  expect(isOpen).toBe(false);
});
