/** Who may have an account erased. From that moment nobody can use it; how it goes then: `account-erasure.ts`. */
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { EMPTY_REPORT } from "#contract/deletion.ts";
import { auditEntry } from "#db/audit-schema.ts";
import { deletion } from "#db/deletion-schema.ts";
import { project, user } from "#db/schema.ts";
import { getUser } from "./accounts.ts";
import { AppError, fieldError } from "./app-error.ts";
import type { DeletionDeps } from "./deletion-slice.ts";
import { advanceDeletion, deleteProject } from "./deletions.ts";
import { verifyPassword } from "./passwords.ts";
import type { DeletionRow } from "./resources.ts";
import type { UserRow } from "./sessions.ts";
import { lastAdministrator, leavesAdministrator, suspend, type UserDeps } from "./users.ts";

type Deps = UserDeps & DeletionDeps;

/** Of more than these the cron takes care. */
const PROJECTS_AT_ONCE = 5;

/** A person's own wish; the password is asked for once more. */
export async function eraseOwnAccount(deps: Deps, owner: UserRow, password: string): Promise<DeletionRow> {
  if (!(await verifyPassword(password, owner.passwordHash))) {
    throw fieldError("password", "Current password is incorrect.");
  }
  return eraseAccount(deps, owner.id, owner);
}

/** An administrator's wish about somebody else. */
export async function eraseOtherAccount(deps: Deps, actorId: number, userId: number): Promise<DeletionRow> {
  const owner = await getUser(deps, userId);
  if (userId === actorId) throw new AppError("bad_request", "You erase your own account with your password.");
  return eraseAccount(deps, actorId, owner);
}

/** Name, address and password go at once; a deployment keeps an administrator. */
async function eraseAccount(deps: Deps, requestedBy: number, owner: UserRow): Promise<DeletionRow> {
  const { db } = deps;
  const now = deps.clock();
  // No account can be named so: a slash is not allowed in names.
  const nobody = {
    username: `deleted/${owner.id}`,
    email: "",
    firstName: "",
    lastName: "",
    passwordHash: "",
  };
  // The order is written only where the account was closed, in one transaction.
  const isClosed = and(eq(user.id, owner.id), eq(user.username, nobody.username));
  const [closed, [created]] = await db.batch([
    db
      .update(user)
      .set({ ...nobody, isActive: false, isStaff: false, isSuperuser: false })
      .where(and(eq(user.id, owner.id), leavesAdministrator(owner.id)))
      .returning({ id: user.id }),
    db
      .insert(deletion)
      .select(db.select(orderColumns(requestedBy, now)).from(user).where(isClosed))
      .returning(),
    db
      .update(auditEntry)
      .set({ username: nobody.username })
      .where(
        and(
          eq(auditEntry.userId, owner.id),
          inArray(auditEntry.userId, db.select({ id: user.id }).from(user).where(isClosed)),
        ),
      ),
  ]);
  if (closed.length === 0) throw lastAdministrator();
  if (created === undefined) throw new Error("the order was not written");
  await suspend(deps, owner.id);
  const own = and(eq(project.ownerId, owner.id), isNull(project.deletedAt));
  for (const row of await db.select().from(project).where(own).limit(PROJECTS_AT_ONCE)) {
    await deleteProject(deps, requestedBy, row);
  }
  await advanceDeletion(deps, created.id);
  return created;
}

/** The order to erase the account that is selected. An insertion that selects names every column. */
function orderColumns(requestedBy: number, now: number) {
  return {
    id: sql<number>`null`.as("id"),
    kind: sql<"ACCOUNT">`'ACCOUNT'`.as("kind"),
    projectId: sql<null>`null`.as("project_id"),
    ownerId: user.id,
    requestedBy: sql<number>`${requestedBy}`.as("requested_by"),
    subject: sql<null>`null`.as("subject"),
    status: sql<"RUNNING">`'RUNNING'`.as("status"),
    report: sql<typeof EMPTY_REPORT>`${JSON.stringify(EMPTY_REPORT)}`.as("report"),
    leaseUntil: sql<number>`0`.as("lease_until"),
    sweepAt: sql<null>`null`.as("sweep_at"),
    completedAt: sql<null>`null`.as("completed_at"),
    createdAt: sql<number>`${now}`.as("created_at"),
    updatedAt: sql<number>`${now}`.as("updated_at"),
  };
}
