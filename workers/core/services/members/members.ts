/** Members of a project: who they are, their roles, and how they leave. */
import { and, asc, eq } from "drizzle-orm";
import type { MemberListResponse, MemberResponse } from "#contract/member.ts";
import type { ProjectRole } from "#contract/project-role.ts";
import type { Database } from "#db/database.ts";
import { projectMember } from "#db/member-schema.ts";
import { account } from "#db/schema.ts";
import { closeSocketsOfProject, type SocketDeps } from "../access/close-sockets.ts";
import { AppError, notFound } from "../app-error.ts";
import type { AccountRow } from "../resources/account.ts";
import { isoTime } from "../resources/iso-time.ts";
import type { ProjectRow } from "../resources/project.ts";
import type { Viewer } from "../viewer.ts";

const FOUNDER_STAYS = "The account that made the project stays its owner. It can only delete the project.";

/** An account's role in a project; null for none. */
export async function roleIn(
  db: Database,
  { id, ownerId }: Pick<ProjectRow, "id" | "ownerId">,
  accountId: number,
): Promise<ProjectRole | null> {
  if (ownerId === accountId) return "owner";
  const [row] = await db.select().from(projectMember).where(isMember(id, accountId)).limit(1);
  return row?.role ?? null;
}

export async function listMembers(
  db: Database,
  row: ProjectRow,
  { accountId }: Viewer,
): Promise<MemberListResponse> {
  const [founder] = await db.select().from(account).where(eq(account.id, row.ownerId));
  const joined = await db
    .select({ member: projectMember, owner: account })
    .from(projectMember)
    .innerJoin(account, eq(account.id, projectMember.accountId))
    .where(eq(projectMember.projectId, row.id))
    .orderBy(asc(projectMember.createdAt), asc(projectMember.id));
  const shown = (owner: AccountRow, role: ProjectRole, since: number): MemberResponse => ({
    ...{ user: owner.id, username: owner.username, email: owner.email, role },
    ...{ is_founder: owner.id === row.ownerId, is_you: owner.id === accountId, since: isoTime(since) },
  });
  return {
    own_role: await roleIn(db, row, accountId),
    members: [
      ...(founder ? [shown(founder, "owner", row.createdAt)] : []),
      ...joined.map(({ member, owner }) => shown(owner, member.role, member.createdAt)),
    ],
  };
}

/** Gives a member another role. It holds for the member's next request. */
export async function changeRole(
  deps: Pick<SocketDeps, "db" | "clock">,
  row: ProjectRow,
  accountId: number,
  role: ProjectRole,
): Promise<void> {
  if (accountId === row.ownerId) throw new AppError("conflict", FOUNDER_STAYS);
  const changed = await deps.db
    .update(projectMember)
    .set({ role, updatedAt: deps.clock() })
    .where(isMember(row.id, accountId))
    .returning({ id: projectMember.id });
  if (changed.length === 0) throw notFound("Member");
}

/** Ends a membership: the next request sees no project, and sockets close at once. */
export async function removeMember(deps: SocketDeps, row: ProjectRow, accountId: number): Promise<void> {
  if (accountId === row.ownerId) throw new AppError("conflict", FOUNDER_STAYS);
  const gone = await deps.db
    .delete(projectMember)
    .where(isMember(row.id, accountId))
    .returning({ id: projectMember.id });
  if (gone.length === 0) throw notFound("Member");
  await closeSocketsOfProject(deps, row.id);
}

function isMember(projectId: number, accountId: number) {
  return and(eq(projectMember.projectId, projectId), eq(projectMember.accountId, accountId));
}
