/**
 * Who may see which rows. Every query of the management API carries one of these conditions; `undefined` means all rows.
 */
import { and, eq, inArray, isNotNull, isNull, notInArray, or, type SQL } from "drizzle-orm";
import { QueryBuilder, type SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type ProjectRole, rolesFrom } from "#contract/project-role.ts";
import { projectMember } from "./member-schema.ts";
import { project } from "./schema.ts";

/** The caller, for questions of ownership. */
export interface RowViewer {
  readonly accountId: number;
  readonly isStaff: boolean;
  readonly key: { readonly projectId: number } | null;
  /** The least role in a project that what is done needs. Absent, it is the highest: nothing opens by being forgotten. */
  readonly asks?: ProjectRole;
}

/** Projects that the caller made, and those where a membership gives the role that is asked for. */
function ownProjectIds({ accountId, asks = "owner" }: RowViewer) {
  const shared = new QueryBuilder()
    .select({ id: projectMember.projectId })
    .from(projectMember)
    .where(and(eq(projectMember.accountId, accountId), inArray(projectMember.role, [...rolesFrom(asks)])));
  return new QueryBuilder()
    .select({ id: project.id })
    .from(project)
    .where(and(or(eq(project.ownerId, accountId), inArray(project.id, shared)), isNull(project.deletedAt)));
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

/** Rows of projects that are not deleted and where the caller does not have the role that is asked for. */
export function inForeignProject(column: SQLiteColumn, viewer: RowViewer): SQL | undefined {
  return and(notInArray(column, ownProjectIds(viewer)), notInArray(column, deletedProjectIds()));
}

/** Rows that belong to an account and to no project. */
export function createdByViewer(column: SQLiteColumn, viewer: RowViewer): SQL | undefined {
  return viewer.isStaff && viewer.key === null ? undefined : eq(column, viewer.accountId);
}
