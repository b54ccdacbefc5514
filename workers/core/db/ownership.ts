/**
 * Who may see which rows. Every query of the management API carries one of these conditions; `undefined` means all rows.
 */
import { and, eq, inArray, isNotNull, isNull, notInArray, type SQL } from "drizzle-orm";
import { QueryBuilder, type SQLiteColumn } from "drizzle-orm/sqlite-core";
import { project } from "./schema.ts";

/** The caller, for questions of ownership. */
export interface RowViewer {
  readonly accountId: number;
  readonly isStaff: boolean;
  readonly key: { readonly projectId: number } | null;
}

function ownProjectIds(viewer: RowViewer) {
  return new QueryBuilder()
    .select({ id: project.id })
    .from(project)
    .where(and(eq(project.ownerId, viewer.accountId), isNull(project.deletedAt)));
}

function deletedProjectIds() {
  return new QueryBuilder().select({ id: project.id }).from(project).where(isNotNull(project.deletedAt));
}

/** Rows of deleted projects, which wait to be erased. */
export function inDeletedProject(column: SQLiteColumn): SQL {
  return inArray(column, deletedProjectIds());
}

/** Rows of a project, by the column that names it. Those of a deleted project belong to nobody. */
export function inVisibleProject(column: SQLiteColumn, viewer: RowViewer): SQL | undefined {
  if (viewer.key) return and(eq(column, viewer.key.projectId), inArray(column, ownProjectIds(viewer)));
  return viewer.isStaff ? notInArray(column, deletedProjectIds()) : inArray(column, ownProjectIds(viewer));
}

/** Rows in the caller's own projects: also for staff, when a row is made. */
export function inOwnProject(column: SQLiteColumn, viewer: RowViewer): SQL | undefined {
  return inVisibleProject(column, { ...viewer, isStaff: false });
}

/** Rows that belong to an account and to no project. */
export function createdByViewer(column: SQLiteColumn, viewer: RowViewer): SQL | undefined {
  return viewer.isStaff && viewer.key === null ? undefined : eq(column, viewer.accountId);
}
