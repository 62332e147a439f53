import stringWidth from 'string-width';
import type { DurationMs } from '../../domain/time.ts';
import { fitText } from './fitText.ts';
import { isColorWanted } from './isColorWanted.ts';
import { type Column, renderTable } from './renderTable.ts';
import { toPrintable } from './toPrintable.ts';

/** The part of process.stdout that is used. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain?: boolean;
  write(text: string): boolean;
}

export interface LiveTableOptions<Row> {
  readonly out: Output;
  readonly columns: readonly Column<Row>[];
  readonly env: NodeJS.ProcessEnv;
  /** Without a terminal: how often each row is printed as a line. */
  readonly linePeriodMs: DurationMs;
  /** Monotone, in milliseconds. */
  readonly now: () => number;
}

export interface LiveTable<Row> {
  /** Shows the rows, and a line below them. On a terminal as often as it is called. */
  draw(rows: readonly Row[], status?: string): void;
  /** Leaves the last table standing and gives the cursor back. May be called again. */
  stop(): void;
}

/** A table that is redrawn in place on a terminal; elsewhere (file, pipe, journal) it is a line per row now and then. */
export function createLiveTable<Row>(options: LiveTableOptions<Row>): LiveTable<Row> {
  const isTerminal = options.out.isTTY === true && options.env['TERM'] !== 'dumb';
  return isTerminal ? createRedrawnTable(options) : createPrintedLines(options);
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_SCREEN_END = '\u001b[J';
const cursorUp = (lines: number) => (lines > 0 ? `\u001b[${lines}A` : '');

function createRedrawnTable<Row>({ out, columns, env }: LiveTableOptions<Row>): LiveTable<Row> {
  const color = isColorWanted(env, true);
  let isShowing = false;
  /** Columns that each line of the frame on the screen takes. */
  let shown: number[] = [];
  return {
    draw(rows, status) {
      // A slow terminal (serial line, ssh) gets fewer frames, not a growing queue of them.
      if (out.writableNeedDrain === true) return;
      const width = out.columns ?? 80;
      const height = Math.max(4, (out.rows ?? 24) - 1);
      const footer = status === undefined ? [] : [fitText(toPrintable(status), width)];
      const room = height - 2 - footer.length;
      const fitting = rows.length <= room ? rows : rows.slice(0, room - 1);
      if (fitting.length < rows.length) footer.unshift(fitText(`… ${rows.length - fitting.length} more`, width));
      const table = renderTable(columns, fitting, { width, color }).split('\n').slice(0, -1);
      const lines = [...table, ...footer];
      // A terminal that has become narrower has wrapped the old lines.
      const up = shown.reduce((sum, lineWidth) => sum + Math.max(1, Math.ceil(lineWidth / width)), 0);
      const hide = isShowing ? '' : HIDE_CURSOR;
      // One write, each line overwritten before its rest is cleared: nothing is ever blank, so nothing flickers.
      out.write(
        `${hide}\r${cursorUp(up)}${lines.map((line) => `${line}${CLEAR_LINE_END}\n`).join('')}${CLEAR_SCREEN_END}`,
      );
      isShowing = true;
      shown = lines.map((line) => stringWidth(line));
    },
    stop() {
      if (isShowing) out.write(SHOW_CURSOR);
      isShowing = false;
      shown = [];
    },
  };
}

function createPrintedLines<Row>({ out, columns, linePeriodMs, now }: LiveTableOptions<Row>): LiveTable<Row> {
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    draw(rows, status) {
      if (rows.length === 0 || now() < nextAt || out.writableNeedDrain === true) return;
      nextAt = now() + linePeriodMs;
      const lines = rows.map((row) =>
        columns
          .map(({ title, text }, c) => ({ title: c === 0 ? '' : `${title} `, text: toPrintable(text(row)) }))
          .filter(({ text }) => text !== '')
          .map(({ title, text }) => title + text)
          .join('  '),
      );
      if (status !== undefined) lines.push(toPrintable(status));
      out.write(lines.map((line) => `${line}\n`).join(''));
    },
    stop() {
      nextAt = Number.POSITIVE_INFINITY;
    },
  };
}
