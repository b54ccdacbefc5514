/** Who may have an account erased. From that moment nobody can use it; how it goes then: `account-erasure.ts`. */
import { and, eq, isNull, ne } from "drizzle-orm";
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
import { suspend, type UserDeps } from "./users.ts";

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
  if (owner.isStaff) await refuseLastAdministrator(deps, owner.id);
  const now = deps.clock();
  // No account can be named so: a slash is not allowed in names.
  const nobody = {
    username: `deleted/${owner.id}`,
    email: "",
    firstName: "",
    lastName: "",
    passwordHash: "",
  };
  const [[created]] = await db.batch([
    db
      .insert(deletion)
      .values({
        kind: "ACCOUNT",
        ownerId: owner.id,
        requestedBy,
        report: EMPTY_REPORT,
        createdAt: now,
        updatedAt: now,
      })
      .returning(),
    db
      .update(user)
      .set({ ...nobody, isActive: false, isStaff: false, isSuperuser: false })
      .where(eq(user.id, owner.id)),
    db.update(auditEntry).set({ username: nobody.username }).where(eq(auditEntry.userId, owner.id)),
  ]);
  if (created === undefined) throw new Error("insert returned no row");
  await suspend(deps, owner.id);
  const own = and(eq(project.ownerId, owner.id), isNull(project.deletedAt));
  for (const row of await db.select().from(project).where(own).limit(PROJECTS_AT_ONCE)) {
    await deleteProject(deps, requestedBy, row);
  }
  await advanceDeletion(deps, created.id);
  return created;
}

async function refuseLastAdministrator({ db }: Deps, userId: number): Promise<void> {
  const others = await db
    .select({ id: user.id })
    .from(user)
    .where(and(eq(user.isStaff, true), eq(user.isActive, true), ne(user.id, userId)))
    .limit(1);
  if (others.length === 0) {
    throw new AppError("conflict", "This is the last administrator. Make another one first.");
  }
}
