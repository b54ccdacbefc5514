import { and, asc, exists, lte, type SQL, sql } from "drizzle-orm";
import type { DeletionReport } from "#contract/deletion.ts";
import { deletion } from "#db/deletion-schema.ts";
import { isHeld } from "#db/lease.ts";
import type { DeletionRow } from "../resources/deletion.ts";
import type { ResourceTable } from "../resources/listing.ts";
import type { DeletionDeps, SliceOutcome } from "./deletion-slice.ts";

/** Counts of data in other stores that are erased with the rows; added to the report. */
export type Alongside = Partial<Pick<DeletionReport, "job_objects" | "serving_records">>;

/** Rows of a table to erase, and work to do before them. */
export interface RowsToErase {
  readonly table: ResourceTable;
  /** The name in the report. */
  readonly name: string;
  readonly where: (row: DeletionRow) => SQL | undefined;
  readonly before?: (deps: DeletionDeps, ids: readonly number[]) => Promise<Alongside>;
}

const ROWS_PER_SLICE = 1_000;
/** Rows that each need some work before. */
const ROWS_WITH_WORK_PER_SLICE = 40;

/** Erases one slice of the first of these tables that has rows left; the count is written together with the deletion. */
export async function eraseRows(
  deps: DeletionDeps,
  row: DeletionRow,
  tables: readonly RowsToErase[],
): Promise<SliceOutcome> {
  const next = await firstWithRows(deps, row, tables);
  if (next === undefined) return { type: "nothing" };
  const { table, name, where, before } = next;
  const rows = await deps.db
    .select({ id: table.id })
    .from(table)
    .where(where(row))
    .orderBy(asc(table.id))
    .limit(before ? ROWS_WITH_WORK_PER_SLICE : ROWS_PER_SLICE);
  const ids = rows.map(({ id }) => id as number);
  const last = ids.at(-1);
  // They went since, with a row that they refer to.
  if (last === undefined) return { type: "more", report: row.report };
  const alongside = (await before?.(deps, ids)) ?? {};
  const report = added(row.report, name, ids.length, alongside);
  const isMine = exists(deps.db.select({ id: deletion.id }).from(deletion).where(isHeld(deletion, row)));
  const [, written] = await deps.db.batch([
    deps.db.delete(table).where(and(where(row), lte(table.id, last), isMine)),
    writeReport(deps, row, report),
  ]);
  return written.length === 0 ? { type: "lost" } : { type: "more", report };
}

/** One call for all tables: most have no rows of a deletion, and a slice that asked each took thirty calls. */
async function firstWithRows(
  { db }: DeletionDeps,
  row: DeletionRow,
  tables: readonly RowsToErase[],
): Promise<RowsToErase | undefined> {
  const cases = tables.map(
    ({ table, where }, at) =>
      sql`when exists (select 1 from ${table} where ${where(row)}) then ${sql.raw(String(at))}`,
  );
  const found = await db.get<{ at: number | null }>(sql`select case ${sql.join(cases, sql` `)} end as at`);
  return found?.at == null ? undefined : tables[found.at];
}

/** Writes the report while the worker holds the request; returns no row when another worker has it. */
function writeReport({ db, clock }: DeletionDeps, row: DeletionRow, report: DeletionReport) {
  return db
    .update(deletion)
    .set({ report, updatedAt: clock() })
    .where(isHeld(deletion, row))
    .returning({ id: deletion.id });
}

/** The outcome of a slice that writes only its report. */
export async function reportMore(
  deps: DeletionDeps,
  row: DeletionRow,
  report: DeletionReport,
): Promise<SliceOutcome> {
  const written = await writeReport(deps, row, report);
  return written.length === 0 ? { type: "lost" } : { type: "more", report };
}

function added(report: DeletionReport, name: string, count: number, alongside: Alongside): DeletionReport {
  return {
    ...report,
    rows: { ...report.rows, [name]: (report.rows[name] ?? 0) + count },
    job_objects: report.job_objects + (alongside.job_objects ?? 0),
    serving_records: report.serving_records + (alongside.serving_records ?? 0),
  };
}
