import { expect, test } from 'vitest';
import { createLiveTable, type Output } from '../../../src/adapters/terminal/liveTable.ts';
import { type Column, renderTable } from '../../../src/adapters/terminal/renderTable.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { createScreen } from './screen.ts';

interface Row {
  readonly name: string;
  readonly value: string;
}
const COLUMNS: readonly Column<Row>[] = [
  { title: 'stream', text: ({ name }) => name, minWidth: 6 },
  { title: 'value', text: ({ value }) => value, align: 'right', style: () => 'green' },
];
const rows = (...values: string[]): Row[] => values.map((value, i) => ({ name: `sensor-${i}`, value }));

function onTerminal({ width = 40, height = 24, env = {} as NodeJS.ProcessEnv } = {}) {
  const screen = createScreen(width);
  const written: string[] = [];
  const out = {
    isTTY: true,
    columns: width,
    rows: height,
    writableNeedDrain: false,
    write(text: string) {
      written.push(text);
      return screen.write(text);
    },
  };
  const table = createLiveTable({ out, columns: COLUMNS, env, linePeriodMs: toDurationMs(1_000), now: () => 0 });
  return { screen, written, out, table };
}

test('redraws in place: only the newest table is on the screen, in one write each', () => {
  const { screen, written, table } = onTerminal();

  table.draw(rows('1', '2', '3'), 'three streams');
  table.draw(rows('10', '20'), 'two streams');

  expect(screen.text()).toBe(`${renderTable(COLUMNS, rows('10', '20'))}two streams`);
  expect(written).toHaveLength(2);
});

test('hides the cursor while it draws and gives it back once', () => {
  const { screen, written, table } = onTerminal();

  table.draw(rows('1'));
  table.draw(rows('2'));
  expect(screen.state.isCursorShown).toBe(false);
  table.stop();
  table.stop();

  expect(screen.state.isCursorShown).toBe(true);
  expect(written.join('').split('\u001b[?25h')).toHaveLength(2);
  expect(screen.text()).toContain('2');
});

test('stays in place when the terminal becomes narrower between two frames', () => {
  const { screen, out, table } = onTerminal({ width: 40 });
  table.draw(rows('1'), 'a status line that is long enough');

  screen.resize(12);
  out.columns = 12;
  table.draw(rows('2'));

  expect(screen.text()).toBe(renderTable(COLUMNS, rows('2'), { width: 12 }).trimEnd());
});

test('shows no more rows than the terminal has and says how many are left', () => {
  const { screen, table } = onTerminal({ height: 8 });

  table.draw(rows('1', '2', '3', '4', '5', '6', '7'), 'status');

  const lines = screen.text().split('\n');
  expect(lines).toHaveLength(7);
  expect(lines.slice(-2)).toEqual(['… 4 more', 'status']);
});

test('skips frames while the terminal has not taken the last one', () => {
  const { written, out, table } = onTerminal();
  table.draw(rows('1'));

  out.writableNeedDrain = true;
  table.draw(rows('2'));

  expect(written).toHaveLength(1);
});

test('colours on a terminal and honours NO_COLOR', () => {
  const colored = onTerminal();
  const plain = onTerminal({ env: { NO_COLOR: '1' } });

  colored.table.draw(rows('1'));
  plain.table.draw(rows('1'));

  expect(colored.written.join('')).toContain('\u001b[32m1\u001b[39m');
  expect(plain.written.join('')).not.toMatch(/\[\d+m/);
});

function withoutTerminal(out: Partial<Output> = {}, env: NodeJS.ProcessEnv = {}) {
  const written: string[] = [];
  const time = { now: 0 };
  const table = createLiveTable({
    out: { ...out, write: (text) => written.push(text) > 0 },
    columns: COLUMNS,
    env,
    linePeriodMs: toDurationMs(1_000),
    now: () => time.now,
  });
  return { written, time, table };
}

test('without a terminal prints a line per stream now and then, without control codes', () => {
  const { written, time, table } = withoutTerminal();

  for (time.now = 0; time.now <= 2_000; time.now += 100) table.draw(rows(`${time.now}`, ''), 'status');
  table.stop();

  expect(written).toEqual([0, 1_000, 2_000].map((value) => `sensor-0  value ${value}\nsensor-1\nstatus\n`));
});

test('a dumb terminal gets lines too', () => {
  const { written, table } = withoutTerminal({ isTTY: true, columns: 80, rows: 24 }, { TERM: 'dumb' });

  table.draw(rows('1'));

  expect(written).toEqual(['sensor-0  value 1\n']);
});

test('the first line comes with the first row, not with an empty table', () => {
  const { written, table } = withoutTerminal();

  table.draw([]);
  table.draw(rows('1'));

  expect(written).toEqual(['sensor-0  value 1\n']);
});
