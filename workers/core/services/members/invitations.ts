/** Invitations by link: made once, shown once, stored as a hash, accepted once. */
import { and, desc, eq, gt, isNull, lte, sql } from "drizzle-orm";
import {
  INVITATION_DAYS,
  type InvitationAcceptedResponse,
  type InvitationOffer,
  type InvitationRequest,
  type InvitationResponse,
  MAX_INVITATIONS,
  MAX_MEMBERS,
} from "#contract/member.ts";
import type { Database } from "#db/database.ts";
import { insertWhere } from "#db/insert-where.ts";
import { projectInvitation, projectMember } from "#db/member-schema.ts";
import { account, project } from "#db/schema.ts";
import { sha256Hex, toBase64Url } from "#platform/encoding.ts";
import { AppError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { isoTime } from "../resources/iso-time.ts";
import type { ProjectRow } from "../resources/project.ts";
import type { Viewer } from "../viewer.ts";
import { roleIn } from "./members.ts";

type Deps = Pick<ServiceDeps, "db" | "clock" | "randomBytes">;
type InvitationRow = typeof projectInvitation.$inferSelect;

const TOKEN_BYTES = 32;
const DAY_MS = 86_400_000;
const GONE =
  "This invitation is not open: it was accepted, withdrawn, or is older than a week. Ask for another one.";

function shown(row: InvitationRow, invitedBy: string): InvitationResponse {
  return {
    ...{ id: row.id, project: row.projectId, role: row.role, note: row.note, invited_by: invitedBy },
    ...{ expires_at: isoTime(row.expiresAt), ins_datetime: isoTime(row.createdAt) },
  };
}

/** The new invitation and the secret of its link. */
export async function createInvitation(
  deps: Deps,
  viewer: Viewer,
  { id: projectId }: ProjectRow,
  { role, note }: InvitationRequest,
): Promise<{ row: InvitationRow; token: string }> {
  const { db } = deps;
  const now = deps.clock();
  const token = toBase64Url(deps.randomBytes(TOKEN_BYTES));
  const isPast = and(eq(projectInvitation.projectId, projectId), lte(projectInvitation.expiresAt, now));
  await db.delete(projectInvitation).where(isPast);
  const values = {
    ...{ projectId, invitedBy: viewer.accountId, role, note, tokenHash: await sha256Hex(token) },
    ...{ expiresAt: now + INVITATION_DAYS * DAY_MS, createdAt: now },
  };
  const hasRoom = sql`(select count(*) from project_invitation where project_id = ${projectId}) < ${MAX_INVITATIONS}`;
  const [row] = await insertWhere(db, projectInvitation, values, hasRoom);
  if (row !== undefined) return { row, token };
  throw new AppError("conflict", `${MAX_INVITATIONS} invitations wait for an answer. Withdraw one first.`);
}

/** Those that can still be accepted, newest first. */
export async function listInvitations({ db, clock }: Pick<Deps, "db" | "clock">, { id }: ProjectRow) {
  const rows = await db
    .select({ invitation: projectInvitation, by: account.username })
    .from(projectInvitation)
    .innerJoin(account, eq(account.id, projectInvitation.invitedBy))
    .where(and(eq(projectInvitation.projectId, id), gt(projectInvitation.expiresAt, clock())))
    .orderBy(desc(projectInvitation.id));
  return rows.map(({ invitation, by }) => shown(invitation, by));
}

export async function withdrawInvitation(db: Database, project: ProjectRow, id: number): Promise<void> {
  const isMeant = and(eq(projectInvitation.id, id), eq(projectInvitation.projectId, project.id));
  const gone = await db.delete(projectInvitation).where(isMeant).returning({ id: projectInvitation.id });
  if (gone.length === 0) throw notFound("Invitation");
}

async function findOpen({ db, clock }: Pick<Deps, "db" | "clock">, token: string) {
  const [found] = await db
    .select({ invitation: projectInvitation, project, by: account.username })
    .from(projectInvitation)
    .innerJoin(project, and(eq(project.id, projectInvitation.projectId), isNull(project.deletedAt)))
    .innerJoin(account, and(eq(account.id, projectInvitation.invitedBy), eq(account.isActive, true)))
    .where(
      and(eq(projectInvitation.tokenHash, await sha256Hex(token)), gt(projectInvitation.expiresAt, clock())),
    );
  if (found === undefined) throw new AppError("not_found", GONE);
  // An owner who has lost the role invites nobody.
  if ((await roleIn(db, found.project, found.invitation.invitedBy)) !== "owner") {
    throw new AppError("not_found", GONE);
  }
  return found;
}

/** What a link offers to the caller. */
export async function lookAtInvitation(
  deps: Pick<Deps, "db" | "clock">,
  { accountId }: Viewer,
  token: string,
): Promise<InvitationOffer> {
  const found = await findOpen(deps, token);
  const { role, expiresAt } = found.invitation;
  return {
    ...{ project: found.project.id, project_name: found.project.name, role, invited_by: found.by },
    expires_at: isoTime(expiresAt),
    own_role: await roleIn(deps.db, found.project, accountId),
  };
}

/** Makes the caller a member and uses the link up. Who is a member already keeps the present role, and the link stays open. */
export async function acceptInvitation(
  deps: Deps,
  { accountId }: Viewer,
  token: string,
): Promise<InvitationAcceptedResponse & { readonly id: number }> {
  const { db } = deps;
  const { invitation, project: row } = await findOpen(deps, token);
  if ((await roleIn(db, row, accountId)) !== null) {
    throw new AppError(
      "conflict",
      "You are a member of this project already. An owner can change your role.",
    );
  }
  const now = deps.clock();
  const { projectId, role } = invitation;
  // Of two who accept at the same moment, only the first finds the invitation.
  const isOpen = sql`exists (select 1 from project_invitation where id = ${invitation.id}) and
    (select count(*) from project_member where project_id = ${projectId}) < ${MAX_MEMBERS}`;
  const values = { projectId, accountId, role, createdAt: now, updatedAt: now };
  const [[joined]] = await db.batch([
    insertWhere(db, projectMember, values, isOpen),
    db.delete(projectInvitation).where(sql`${projectInvitation.id} = ${invitation.id} and exists (
      select 1 from project_member where project_id = ${projectId} and user_id = ${accountId})`),
  ]);
  if (joined) return { id: accountId, project: projectId, role };
  await findOpen(deps, token);
  throw new AppError("conflict", `The project has ${MAX_MEMBERS} members, and no room for more.`);
}
