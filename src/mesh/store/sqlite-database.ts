import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import { Defect } from "#base";

/**
 * How long a statement blocks this process for another one's transaction. Short, because nothing
 * else runs meanwhile; who needs longer tries again.
 */
const lockTimeoutMs = 50;

const keptStatements = 128;

/** The database of node in the form that kysely's own SQLite dialect drives. */
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
  if (value === null || typeof value === "string" || Number.isSafeInteger(value)) {
    // The check above lets texts, null and whole numbers through.
    return value as SQLInputValue;
  }
  throw new Defect(`the store holds texts and whole numbers, not ${typeof value}`);
}
