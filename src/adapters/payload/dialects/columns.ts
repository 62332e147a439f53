import { LONGEST_BATCH } from '../batch.ts';
import { readIsoTime } from '../isoTime.ts';
import { readLenientNumber } from '../lenientNumber.ts';
import { readNumberText } from '../numberText.ts';
import { readPayloadTime } from '../payloadTime.ts';
import type { DialectMessage, ReadingSink, When } from './dialect.ts';

const SEPARATORS = [';', '\t', ','];
const MOST_COLUMNS = 256;
/** Two whole numbers with a comma between them may be one number with a decimal comma, or with a comma between thousands. */
const ONE_NUMBER = /^\s*[+-]?(?:\d+,\d+|[1-9]\d{0,2}(?:,\d{3})+\.\d+)\s*$/;
/** A number this near to the arrival, read as seconds or milliseconds, is a time: ten years. */
const NEAR_MS = 10 * 365 * 86_400_000;

/**
 * Reads lines of columns: numbers between `;`, tabs or commas, perhaps with a time in the first and a line of names before them.
 * @returns false where the text is none
 */
export function readColumns(text: string, message: DialectMessage, out: ReadingSink): boolean {
  const separator = SEPARATORS.find((mark) => text.includes(mark));
  if (separator === undefined || ONE_NUMBER.test(text)) return false;
  if (out.takesTexts && typeof readLenientNumber(text, 'point') === 'number') return false;
  const lines = text.trim().split(/\r?\n/, LONGEST_BATCH + 1);
  if (lines.length > LONGEST_BATCH) out.refuse('too-large');
  const rows = lines
    .slice(0, LONGEST_BATCH)
    .map((line) => line.split(separator, MOST_COLUMNS).map((cell) => cell.trim()));
  const names = rows.length > 1 && rows[0].every(isWord) ? rows.shift() : undefined;
  if (!rows.every((row) => row.length > 1 && isRow(row, out.takesTexts))) return false;
  if (rows.length > 1) out.beginBatch();
  for (const row of rows) readRow(row, names, message, out);
  return true;
}

function readRow(
  row: readonly string[],
  names: readonly string[] | undefined,
  { receivedAt }: DialectMessage,
  out: ReadingSink,
) {
  const at = isTime(row[0], receivedAt) ? readPayloadTime(row[0], out.zone, receivedAt) : undefined;
  const first = at === undefined ? 0 : 1;
  const isSingle = row.length - first === 1;
  const when: When = at;
  for (let i = first; i < row.length; i++) {
    const path = names?.[i] ?? (isSingle ? undefined : String(i));
    out.offer(row[i], path, when);
  }
}

function isRow(row: readonly string[], isLenient: boolean): boolean {
  return row.every(
    (cell, i) =>
      cell === '' ||
      typeof readNumberText(cell, undefined) === 'number' ||
      (isLenient && typeof readLenientNumber(cell, undefined) === 'number') ||
      (i === 0 && readIsoTime(cell) !== undefined),
  );
}

function isWord(cell: string): boolean {
  return /^\p{L}[\p{L}\p{N} _./()%°-]*$/u.test(cell);
}

function isTime(cell: string, receivedAt: number): boolean {
  if (readIsoTime(cell) !== undefined) return true;
  const number = Number(cell);
  return number > 1e9 && [number * 1000, number].some((ms) => Math.abs(ms - receivedAt) < NEAR_MS);
}
