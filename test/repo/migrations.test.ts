/** Migrations run before the Workers are replaced (docs/adr/0010-deploy-in-order.md): the code before them must go on working. */
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { readMigrations } from "#scripts/deploy/migrate-database.ts";

interface Column {
  readonly name: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
}

function columnsOf(database: DatabaseSync): Map<string, Column> {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return new Map(
    tables.flatMap(({ name: table }) =>
      (database.prepare(`PRAGMA table_info("${String(table)}")`).all() as unknown as Column[]).map(
        (column): [string, Column] => [`${String(table)}.${column.name}`, column],
      ),
    ),
  );
}

/** What a migration does that code written before it does not survive: it names what is gone, or leaves out what is required. */
function problemsOf(database: DatabaseSync, sql: string): string[] {
  const before = columnsOf(database);
  const tables = new Set([...before.keys()].map((name) => name.split(".")[0]));
  database.exec(sql);
  const after = columnsOf(database);
  const gone = [...before.keys()].filter((name) => !after.has(name)).map((name) => `takes ${name} away`);
  const required = [...after].flatMap(([name, { notnull, dflt_value: byDefault }]) => {
    const isOfOldTable = tables.has(name.split(".")[0]);
    const wasRequired = !before.has(name) ? false : before.get(name)?.notnull === 1;
    return isOfOldTable && notnull === 1 && byDefault === null && !wasRequired ? [`requires ${name}`] : [];
  });
  return [...gone, ...required];
}

describe("a migration", () => {
  it("removes nothing that older code names, and requires nothing that older code leaves out", () => {
    const database = new DatabaseSync(":memory:");
    const problems = readMigrations().flatMap(({ name, sql }) =>
      problemsOf(database, sql).map((problem) => `${name} ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  it.each([
    ["ALTER TABLE model ADD COLUMN note text", []],
    ["ALTER TABLE model ADD COLUMN tries integer NOT NULL DEFAULT 0", []],
    ["CREATE TABLE other (id integer NOT NULL); CREATE INDEX by_name ON model (name)", []],
    ["ALTER TABLE model DROP COLUMN name", ["takes model.name away"]],
    ["ALTER TABLE model RENAME COLUMN name TO title", ["takes model.name away"]],
    ["DROP TABLE model", ["takes model.id away", "takes model.name away"]],
    [
      "CREATE TABLE newer (id integer PRIMARY KEY, name text NOT NULL); DROP TABLE model; ALTER TABLE newer RENAME TO model",
      ["requires model.name"],
    ],
  ])("is judged: %s", (sql, problems) => {
    const database = new DatabaseSync(":memory:");
    database.exec("CREATE TABLE model (id integer PRIMARY KEY, name text)");
    expect(problemsOf(database, sql)).toEqual(problems);
  });
});
