import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import { Defect } from "#base";

/** How long a statement waits for another process to finish its transaction. */
export const lockTimeoutMs = 10_000;

/** Statements kept compiled: the queries of the index are few, its inserts are many. */
const keptStatements = 64;

/** The database of Node in the form that kysely's own SQLite dialect drives. */
export function openSqlite(path: string): SqliteDatabase & Readonly<{ raw: DatabaseSync }> {
  const raw = new DatabaseSync(path, { timeout: lockTimeoutMs });
  const statementBySql = new Map<string, SqliteStatement>();
  return {
    raw,
    close: () => raw.close(),
    prepare(sql): SqliteStatement {
      const known = statementBySql.get(sql);
      if (known !== undefined) return known;
      const statement = statementOf(raw.prepare(sql));
      if (statementBySql.size >= keptStatements) statementBySql.clear();
      statementBySql.set(sql, statement);
      return statement;
    },
  };
}

function statementOf(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters.map(inputOf)),
    run: (parameters) => statement.run(...parameters.map(inputOf)),
    iterate: (parameters) => statement.iterate(...parameters.map(inputOf)),
  };
}

function inputOf(value: unknown): SQLInputValue {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  throw new Defect(`the index holds texts and whole numbers, not ${typeof value}`);
}
