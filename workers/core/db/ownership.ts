/**
 * Who may see which rows. Every query of the management API carries one of these conditions; `undefined` means all rows.
 */
import { and, eq, inArray, isNotNull, isNull, notInArray, type SQL } from "drizzle-orm";
import { QueryBuilder, type SQLiteColumn } from "drizzle-orm/sqlite-core";
import { project } from "./schema.ts";

/** The caller, as far as rows are concerned. */
export interface RowViewer {
  readonly userId: number;
  readonly isStaff: boolean;
  readonly key: { readonly projectId: number } | null;
}

function ownProjectIds(viewer: RowViewer) {
  return new QueryBuilder()
    .select({ id: project.id })
    .from(project)
    .where(and(eq(project.ownerId, viewer.userId), isNull(project.deletedAt)));
}

function deletedProjectIds() {
  return new QueryBuilder().select({ id: project.id }).from(project).where(isNotNull(project.deletedAt));
}

/** Rows of deleted projects, which wait to be erased. */
export function inDeletedProject(column: SQLiteColumn): SQL {
  return inArray(column, deletedProjectIds());
}

/** Rows that belong to a project, by the column that names it. Those of a deleted project are nobody's. */
export function inVisibleProject(column: SQLiteColumn, viewer: RowViewer): SQL | undefined {
  if (viewer.key) return and(eq(column, viewer.key.projectId), inArray(column, ownProjectIds(viewer)));
  return viewer.isStaff ? notInArray(column, deletedProjectIds()) : inArray(column, ownProjectIds(viewer));
}

/** Rows in the caller's own projects: staff is no exception where something is made. */
export function inOwnProject(column: SQLiteColumn, viewer: RowViewer): SQL | undefined {
  return inVisibleProject(column, { ...viewer, isStaff: false });
}

/** Rows that belong to a person and to no project. */
export function createdByViewer(column: SQLiteColumn, viewer: RowViewer): SQL | undefined {
  return viewer.isStaff && viewer.key === null ? undefined : eq(column, viewer.userId);
}
