/** Requests to erase an account. From that moment nobody can use it; the erasure itself is in `account-erasure.ts`. */
import { and, asc, eq, exists, inArray, isNull, not } from "drizzle-orm";
import { EMPTY_REPORT } from "#contract/deletion.ts";
import { auditEntry } from "#db/audit-schema.ts";
import { deletion } from "#db/deletion-schema.ts";
import { insertWhere } from "#db/insert-where.ts";
import { account, project } from "#db/schema.ts";
import { verifyPassword } from "../access/passwords.ts";
import { getUser } from "../accounts/accounts.ts";
import { lastAdministrator, leavesAdministrator, suspend, type UserDeps } from "../accounts/users.ts";
import { AppError, fieldError } from "../app-error.ts";
import type { AccountRow } from "../resources/account.ts";
import type { DeletionRow } from "../resources/deletion.ts";
import type { DeletionDeps } from "./deletion-slice.ts";
import { advanceDeletion } from "./deletions.ts";
import { deleteProject } from "./project-deletion.ts";

type Deps = UserDeps & DeletionDeps;

/** The cron takes care of more than these. */
const PROJECTS_AT_ONCE = 5;

/** The account's own request; it needs the password once more. */
export async function eraseOwnAccount(deps: Deps, owner: AccountRow, password: string): Promise<DeletionRow> {
  if (!(await verifyPassword(password, owner.passwordHash))) {
    throw fieldError("password", "Current password is incorrect.");
  }
  return eraseAccount(deps, owner.id, owner);
}

/** An administrator's request for another account. */
export async function eraseOtherAccount(
  deps: Deps,
  actorId: number,
  accountId: number,
): Promise<DeletionRow> {
  const owner = await getUser(deps, accountId);
  if (accountId === actorId)
    throw new AppError("bad_request", "You erase your own account with your password.");
  return eraseAccount(deps, actorId, owner);
}

/** Name, address and password are removed at once; a deployment keeps an administrator. */
async function eraseAccount(deps: Deps, requestedBy: number, owner: AccountRow): Promise<DeletionRow> {
  const { db } = deps;
  const now = deps.clock();
  // No other account can have this name: names allow no slash.
  const nobody = {
    username: `deleted/${owner.id}`,
    email: "",
    firstName: "",
    lastName: "",
    passwordHash: "",
  };
  // The request is written only if the account was closed, in one transaction.
  const isClosed = and(eq(account.id, owner.id), eq(account.username, nobody.username));
  const closedAccount = db.select({ id: account.id }).from(account).where(isClosed);
  const isSame = and(
    eq(deletion.kind, "ACCOUNT"),
    eq(deletion.ownerId, owner.id),
    eq(deletion.status, "RUNNING"),
  );
  const isOpen = db.select({ id: deletion.id }).from(deletion).where(isSame);
  const dated = { createdAt: now, updatedAt: now };
  const order = { kind: "ACCOUNT", ownerId: owner.id, requestedBy, report: EMPTY_REPORT, ...dated } as const;
  const [closed] = await db.batch([
    db
      .update(account)
      .set({ ...nobody, isActive: false, isStaff: false, isSuperuser: false })
      .where(and(eq(account.id, owner.id), leavesAdministrator(owner.id)))
      .returning({ id: account.id }),
    insertWhere(db, deletion, order, and(exists(closedAccount), not(exists(isOpen)))),
    db
      .update(auditEntry)
      .set({ username: nobody.username })
      .where(and(eq(auditEntry.accountId, owner.id), inArray(auditEntry.accountId, closedAccount))),
  ]);
  if (closed.length === 0) throw lastAdministrator();
  const [created] = await db.select().from(deletion).where(isSame).orderBy(asc(deletion.id)).limit(1);
  if (created === undefined) throw new Error("the request was not written");
  await suspend(deps, owner.id);
  const own = and(eq(project.ownerId, owner.id), isNull(project.deletedAt));
  for (const row of await db.select().from(project).where(own).limit(PROJECTS_AT_ONCE)) {
    await deleteProject(deps, requestedBy, row);
  }
  await advanceDeletion(deps, created.id);
  return created;
}
