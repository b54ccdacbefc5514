/**
 * One-time permissions to open a socket, for clients that cannot send a cookie, so that no token is in an address, which logs
 * keep.
 */
import { and, eq, gt, lt } from "drizzle-orm";
import { SOCKET_TICKET_TTL_S } from "#contract/auth.ts";
import { socketTicket } from "#db/schema.ts";
import { sha256Hex, toBase64Url } from "#platform/encoding.ts";
import type { AccountRow } from "../resources/account.ts";
import { findSessionOwner, type SessionDeps } from "./sessions.ts";

const TICKET_BYTES = 32;

type Deps = Pick<SessionDeps, "db" | "clock" | "randomBytes">;

export async function issueTicket(
  deps: Deps,
  owner: Pick<AccountRow, "id">,
  family: string,
): Promise<string> {
  const ticket = toBase64Url(deps.randomBytes(TICKET_BYTES));
  const now = deps.clock();
  const values = { id: await sha256Hex(ticket), accountId: owner.id, family };
  await deps.db.batch([
    deps.db.delete(socketTicket).where(lt(socketTicket.expiresAt, now)),
    deps.db.insert(socketTicket).values({ ...values, expiresAt: now + SOCKET_TICKET_TTL_S * 1000 }),
  ]);
  return ticket;
}

/** Uses up a ticket. Null for a used or expired one, and if its session has ended. */
export async function spendTicket(
  { db, clock }: Pick<Deps, "db" | "clock">,
  ticket: string,
): Promise<{ owner: AccountRow; session: string } | null> {
  const isGood = and(eq(socketTicket.id, await sha256Hex(ticket)), gt(socketTicket.expiresAt, clock()));
  const [spent] = await db.delete(socketTicket).where(isGood).returning();
  if (!spent) return null;
  const owner = await findSessionOwner({ db }, spent.accountId, spent.family);
  return owner && { owner, session: spent.family };
}
