import { describe, expect, it } from "vitest";
import { StudyLog } from "#api/objects/study-log.ts";

interface Database {
  prepare(query: string): { all(...bindings: readonly unknown[]): unknown[] };
}

// Imported by a computed name, so that the compiler does not load the types of Node, which differ from those of Workers.
const builtIn: string = "node:sqlite";
const { DatabaseSync } = (await import(builtIn)) as { DatabaseSync: new (path: string) => Database };

/** The part of an object's storage that a log uses, over SQLite in memory. */
function storage(): SqlStorage {
  const database = new DatabaseSync(":memory:");
  const exec = (query: string, ...bindings: unknown[]) => {
    const rows = database.prepare(query).all(...bindings);
    return { toArray: () => rows, one: () => rows[0] };
  };
  return { exec } as unknown as SqlStorage;
}

function logOf(count: number): StudyLog {
  const sql = storage();
  StudyLog.createTable(sql);
  const log = new StudyLog(sql);
  for (let line = 1; line <= count; line++) log.append(`line ${line}`, 1_000 + line);
  return log;
}

describe("StudyLog", () => {
  it("shows a new connection the newest lines in order, and earlier ones on request", () => {
    const log = logOf(1_203);
    const seen: number[] = [];
    let from: number | null = null;
    for (;;) {
      const lines = log.before(from, 500);
      if (lines.length === 0) break;
      seen.unshift(...lines.map(({ line }) => line));
      from = lines[0]?.line ?? null;
    }
    expect(log.before(null, 500).at(-1)).toEqual({ line: 1_203, at: 2_203, message: "line 1203" });
    expect(seen).toEqual(Array.from({ length: 1_203 }, (_, at) => at + 1));
  });

  it("numbers lines as they come, and gives the lines after a number", () => {
    const log = logOf(3);
    expect(log.append("more", 5)).toEqual({ line: 4, at: 5, message: "more" });
    expect(log.after(2).map(({ message }) => message)).toEqual(["line 3", "more"]);
    expect(log.after(0, 2).map(({ line }) => line)).toEqual([1, 2]);
  });
});
