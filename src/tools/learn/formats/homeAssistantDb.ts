import { statSync } from 'node:fs';
import { closeQuietly, type Database, type SqlRow } from '../../../adapters/store/sqlite/database.ts';
import { openReadOnly } from '../../../adapters/store/sqlite/readOnly.ts';
import { TidegateError } from '../../../domain/errors.ts';
import { isRepresentable, toEpochMs } from '../../../domain/time.ts';
import type { TakeRecorded } from '../recorded.ts';

/** Tables of Home Assistant's recorder: states as they came, means of five minutes, means of an hour. */
export const RECORDER_TABLES = ['states', 'statistics_short_term', 'statistics'] as const;
export type RecorderTable = (typeof RECORDER_TABLES)[number];

export interface RecorderOptions {
  readonly table: RecorderTable;
  /** Entities whose readings are wanted; of others only the names are. */
  readonly wants: (entity: string) => boolean;
  /** An entity that is there. */
  readonly found: (entity: string) => void;
  readonly take: TakeRecorded;
}

/** Rows that are held at once. */
const PAGE = 50_000;
const MOST_TRIES = 3;

/**
 * Reads the recorder's database of Home Assistant, of the schema of today (`states_meta`, times as numbers) and of before 2023 (`entity_id` and
 * times as text in each row). It is only read, with the log beside it, and may be in use.
 * @throws TidegateError TG_INPUT_INVALID
 */
export function readRecorder(file: string, options: RecorderOptions): void {
  for (let tries = 1; ; tries++) {
    const before = stampOf(file);
    const held: Parameters<TakeRecorded>[0][] = [];
    try {
      readOnce(file, { ...options, take: (reading) => held.push(reading) });
    } catch (cause) {
      if (cause instanceof TidegateError) throw cause;
      // Half of a change may be in what was read.
      if (stampOf(file) !== before && tries < MOST_TRIES) continue;
      throw new TidegateError(
        'TG_INPUT_INVALID',
        `${file}: cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
        { cause },
      );
    }
    if (stampOf(file) === before || tries === MOST_TRIES) {
      for (const reading of held) options.take(reading);
      return;
    }
  }
}

function stampOf(file: string): string {
  // What goes into the log meanwhile does not matter: it was copied. What goes into the file does.
  const { size, mtimeMs } = statSync(file);
  return `${size} ${mtimeMs}`;
}

function readOnce(file: string, options: RecorderOptions): void {
  const database = openReadOnly(file);
  try {
    const columns = columnsOf(database, options.table);
    if (columns.size === 0)
      throw new TidegateError(
        'TG_INPUT_INVALID',
        `${file}: has no table ${options.table}: it is no recorder's database of Home Assistant`,
      );
    if (options.table === 'states') readStates(database, columns, options);
    else readStatistics(database, columns, options);
  } finally {
    closeQuietly(database);
  }
}

function columnsOf(database: Database, table: string): ReadonlySet<string> {
  return new Set(database.all(`PRAGMA table_info(${table})`).map(({ name }) => String(name)));
}

function readStates(database: Database, columns: ReadonlySet<string>, { wants, found, take }: RecorderOptions): void {
  const entities = entitiesOf(database, columns);
  for (const [entity, where] of entities) {
    found(entity);
    if (!wants(entity)) continue;
    const unit = unitOf(database, columns, where);
    const select = `state, ${timeColumns(columns, 'last_updated')}`;
    eachRow(database, 'states', 'state_id', select, where, (row) => {
      const at = timeOf(row);
      if (isRepresentable(at) && at > 0) take({ series: entity, at: toEpochMs(at), value: row['state'], unit });
    });
  }
}

/** Picks the rows of one series. */
interface Where {
  readonly sql: string;
  readonly value: string | number;
}

/** Rows of a database that is half way from one schema to the other have either. */
function entitiesOf(database: Database, columns: ReadonlySet<string>): readonly (readonly [string, Where])[] {
  const entities: [string, Where][] = [];
  if (columns.has('metadata_id') && columnsOf(database, 'states_meta').size > 0)
    for (const row of database.all('SELECT metadata_id AS id, entity_id AS name FROM states_meta'))
      entities.push([String(row['name']), { sql: 'metadata_id = ?', value: Number(row['id']) }]);
  if (columns.has('entity_id'))
    for (const row of database.all('SELECT DISTINCT entity_id AS name FROM states WHERE entity_id IS NOT NULL'))
      entities.push([String(row['name']), { sql: 'entity_id = ?', value: String(row['name']) }]);
  return entities;
}

/** Columns of a time: seconds since 1970 as a number, text in UTC, or both, of which either may be empty. */
function timeColumns(columns: ReadonlySet<string>, name: string): string {
  const seconds = columns.has(`${name}_ts`) ? `${name}_ts` : 'NULL';
  const text = columns.has(name) ? name : 'NULL';
  return `${seconds} AS seconds, ${text} AS written`;
}

/** NaN where there is none. @param after ms that pass before the reading is known */
function timeOf({ seconds, written }: SqlRow, after = 0): number {
  if (typeof seconds === 'number') return Math.round(seconds * 1e6) / 1000 + after;
  if (typeof written !== 'string' || written === '') return Number.NaN;
  const iso = written.replace(' ', 'T');
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`) + after;
}

/** Newest states that are asked for their unit: one that is not available has none. */
const ASKED = 1000;

function unitOf(database: Database, columns: ReadonlySet<string>, { sql, value }: Where): string | undefined {
  const newest = `WHERE ${sql} ORDER BY state_id DESC LIMIT ${ASKED}`;
  const shared =
    columns.has('attributes_id') && columnsOf(database, 'state_attributes').has('shared_attrs')
      ? database.all(
          `SELECT a.shared_attrs AS found FROM (SELECT DISTINCT attributes_id FROM (SELECT attributes_id FROM states ${newest})) s ` +
            'JOIN state_attributes a ON a.attributes_id = s.attributes_id',
          value,
        )
      : [];
  const own = columns.has('attributes')
    ? database.all(`SELECT DISTINCT attributes AS found FROM (SELECT attributes FROM states ${newest})`, value)
    : [];
  for (const { found } of [...shared, ...own]) {
    const [, unit] = /"unit_of_measurement":\s*"((?:[^"\\]|\\.)+)"/.exec(String(found)) ?? [];
    if (unit !== undefined) return JSON.parse(`"${unit}"`) as string;
  }
  return undefined;
}

/** Takes means, and readings of meters. Their time is the end of the span: before that they are not known. */
function readStatistics(
  database: Database,
  columns: ReadonlySet<string>,
  { table, wants, found, take }: RecorderOptions,
): void {
  const span = table === 'statistics' ? 3_600_000 : 300_000;
  const start = timeColumns(columns, 'start');
  const value = columns.has('state') ? 'COALESCE(mean, state)' : 'mean';
  for (const row of database.all('SELECT id, statistic_id AS name, unit_of_measurement AS unit FROM statistics_meta')) {
    const series = String(row['name']);
    found(series);
    if (!wants(series)) continue;
    const unit = typeof row['unit'] === 'string' && row['unit'] !== '' ? row['unit'] : undefined;
    const where = { sql: 'metadata_id = ?', value: Number(row['id']) };
    eachRow(database, table, 'id', `${value} AS reading, ${start}`, where, (row) => {
      const at = timeOf(row, span);
      if (isRepresentable(at) && at > 0) take({ series, at: toEpochMs(at), value: row['reading'], unit });
    });
  }
}

/** Visits rows in the order of their ids, a page at a time. */
function eachRow(
  database: Database,
  table: string,
  id: string,
  select: string,
  where: Where,
  visit: (row: SqlRow) => void,
): void {
  const sql = `SELECT ${id} AS row_id, ${select} FROM ${table} WHERE ${where.sql} AND ${id} > ? ORDER BY ${id} LIMIT ${PAGE}`;
  let last = -1;
  for (;;) {
    const rows = database.all(sql, where.value, last);
    for (const row of rows) visit(row);
    if (rows.length < PAGE) return;
    last = Number(rows.at(-1)?.['row_id']);
  }
}
