import type { Database, SqlRow, SqlValue } from './database.ts';

/** The part of `node:sqlite` that is used here: the types of Node.js 20 do not know it. */
interface NodeSqlite {
  readonly DatabaseSync: new (file: string, options: { readOnly: boolean }) => NodeDatabase;
}

interface NodeDatabase {
  exec(sql: string): void;
  prepare(sql: string): NodeStatement;
  close(): void;
}

interface NodeStatement {
  all(...values: readonly SqlValue[]): SqlRow[];
  run(...values: readonly SqlValue[]): unknown;
}

export function openNodeSqlite(file: string, readOnly: boolean): Database {
  const { DatabaseSync } = load();
  return new BuiltInDatabase(new DatabaseSync(file, { readOnly }));
}

/** Node.js 22 calls it experimental on stderr with every start. It is what the store is tested with. */
function load(): NodeSqlite {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite') as unknown as NodeSqlite;
  } finally {
    process.emitWarning = emitWarning;
  }
}

class BuiltInDatabase implements Database {
  readonly #database: NodeDatabase;
  readonly #statements = new Map<string, NodeStatement>();

  constructor(database: NodeDatabase) {
    this.#database = database;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, ...values: readonly SqlValue[]): void {
    this.#prepare(sql).run(...values);
  }

  all(sql: string, ...values: readonly SqlValue[]): SqlRow[] {
    return this.#prepare(sql).all(...values);
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** The prepared statement of a text. The map grows to as many as the code has texts. */
  #prepare(sql: string): NodeStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
