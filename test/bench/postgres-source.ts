/**
 * Reads a large table of a PostgreSQL of its own, then rows that come each minute, while the stack is killed twice, and compares the
 * project's events with the table: `node test/bench/postgres-source.ts [--rows 1000000] [--added 10000] [--rounds 5] [--minutes 1]`.
 *
 * Needs PostgreSQL's programs, such as Debian's package `postgresql`. Ends with 1 if a row is missing or counts twice.
 */
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { runPostgres } from "../e2e/postgres-run.ts";
import { postgresPrograms } from "../setup/postgres.ts";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    added: { type: "string", default: "10000" },
    rounds: { type: "string", default: "5" },
    minutes: { type: "string", default: "1" },
  },
});
const programs = postgresPrograms();
if (programs === null) throw new Error("PostgreSQL is not installed: initdb and postgres were not found.");
const result = await runPostgres({
  ...{
    programs,
    rows: Number(options.rows),
    added: Number(options.added),
    rounds: Number(options.rounds),
    kills: 2,
  },
  pause: () => wait(Number(options.minutes) * 60_000),
  say: (text) => console.log(text),
});
console.log(JSON.stringify(result));
const { rows, pairs, readRows, readPairs, counted } = result;
const isExact = readRows === rows && readPairs === pairs && counted === rows;
console.log(isExact ? "Every row is read once." : "Rows are missing, or count twice.");
process.exitCode = isExact ? 0 : 1;
