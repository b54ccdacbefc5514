/**
 * Users who are one. The row is the truth, and says at once what training data and erasures need to know. What follows from it may
 * be repeated: recent items for live profiles, and the object that the trainer reads. A repeated request, or the cron, settles a
 * merge that was killed.
 */
import { and, asc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import type { UserMergeRequest } from "#contract/user-merge.ts";
import type { Database } from "#db/database.ts";
import { project } from "#db/schema.ts";
import { userMerge } from "#db/user-merge-schema.ts";
import { idText } from "#reading/clean-id.ts";
import { deleteMerge, putMerge } from "#storage/user-merges.ts";
import { AppError, fieldError } from "../app-error.ts";
import { attemptEach } from "../cron/attempt-each.ts";
import { nextPage } from "../cron/cron-cursors.ts";
import type { ServiceDeps } from "../deps.ts";
import type { UserMergeRow } from "../resources/user-merge.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "events" | "clock">;

const MERGES_PER_TICK = 50;
/** Users that became one, at most: bounds the walk along a chain. */
const MAX_CHAIN = 1_000;

export interface MergedUsers {
  readonly from: string;
  readonly to: string;
  /** Who both are in the end. */
  readonly userId: string;
}

/** Throws 400 for an invalid id and for a user with themselves, 409 for a circle and for a user who is merged already. */
export async function mergeUsers(
  deps: Deps,
  projectId: number,
  request: UserMergeRequest,
): Promise<MergedUsers> {
  const from = cleanId("from", request.from);
  const to = cleanId("to", request.to);
  if (from === to) throw fieldError("to", "A user cannot be merged into themselves.");
  await insertMerge(deps, projectId, { from, to });
  const row = await findMerge(deps.db, projectId, from);
  if (row === null) {
    throw new AppError("conflict", `"${to}" is merged into "${from}" already: this would be a circle.`);
  }
  const userId = await finalUser(deps.db, projectId, from);
  const isSame = row.toUser === to || userId === (await finalUser(deps.db, projectId, to));
  if (!isSame) throw new AppError("conflict", `"${from}" is merged into "${row.toUser}" already.`);
  await settleMerge(deps, row);
  return { from, to, userId };
}

function cleanId(field: keyof UserMergeRequest, given: string): string {
  const id = idText(given, true);
  if (id === null) throw fieldError(field, "The id is empty, or has a control character in it.");
  return id;
}

/** Writes the row, unless there is one or `to` leads back to `from`. One statement: of two merges at a time, the second sees the first. */
async function insertMerge(
  { db, clock }: Deps,
  projectId: number,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const now = clock();
  await db.run(sql`insert into ${userMerge} (project_id, from_user, to_user, created_at, updated_at)
    select ${projectId}, ${from}, ${to}, ${now}, ${now}
    where not exists (with recursive chain(user) as (
      select ${to} union select m.to_user from user_merge m join chain on m.from_user = chain.user
      where m.project_id = ${projectId}) select 1 from chain where user = ${from})
    on conflict do nothing`);
}

async function findMerge(db: Database, projectId: number, from: string): Promise<UserMergeRow | null> {
  const [row] = await db
    .select()
    .from(userMerge)
    .where(and(eq(userMerge.projectId, projectId), eq(userMerge.fromUser, from)));
  return row ?? null;
}

async function finalUser(db: Database, projectId: number, userId: string): Promise<string> {
  let last = userId;
  for (let step = 0; step < MAX_CHAIN; step++) {
    const next = await findMerge(db, projectId, last);
    if (next === null) return last;
    last = next.toUser;
  }
  return last;
}

/** Along the whole chain, so that recent items reach the user who is left. */
async function settleMerge(deps: Deps, first: UserMergeRow): Promise<void> {
  let row: UserMergeRow | null = first;
  for (let step = 0; row !== null && step < MAX_CHAIN; step++) {
    const { projectId, fromUser: from, toUser: to, createdAt: at } = row;
    await deps.events.copyRecent(projectId, from, to);
    await putMerge(deps.store, projectId, { from, to, at });
    await deps.db.update(userMerge).set({ settledAt: deps.clock() }).where(eq(userMerge.id, row.id));
    row = await findMerge(deps.db, projectId, to);
  }
}

/** Continues merges that were killed, and those of imported projects. */
export async function settleOpenMerges(deps: Deps): Promise<void> {
  const open = await nextPage(deps, "user_merge", MERGES_PER_TICK, (after, limit) =>
    deps.db
      .select({ merge: userMerge, id: userMerge.id })
      .from(userMerge)
      .innerJoin(project, and(eq(project.id, userMerge.projectId), isNull(project.deletedAt)))
      .where(and(isNull(userMerge.settledAt), gt(userMerge.id, after)))
      .orderBy(asc(userMerge.id))
      .limit(limit),
  );
  await attemptEach(open, "user merges", ({ merge }) => settleMerge(deps, merge));
}

/** A user, and all who were merged into them. */
export async function mergedInto(db: Database, projectId: number, userId: string): Promise<string[]> {
  const rows = await db.all<{ user: string }>(sql`with recursive those(user) as (
    select ${userId} union select m.from_user from user_merge m join those on m.to_user = those.user
    where m.project_id = ${projectId}) select user from those`);
  return rows.map(({ user }) => user);
}

/** Forgets that a user is another one, and who became this user. Returns how many merges that were. */
export async function eraseMerges(deps: Deps, projectId: number, userId: string): Promise<number> {
  const ofProject = eq(userMerge.projectId, projectId);
  const names = sql`(${userMerge.fromUser} = ${userId} or ${userMerge.toUser} = ${userId})`;
  const rows = await deps.db.select().from(userMerge).where(and(ofProject, names));
  for (const { fromUser: from, toUser: to } of rows) {
    await deps.events.releaseRecent(projectId, from, to);
    await deleteMerge(deps.store, projectId, from);
  }
  // What the user gave to the next of the chain may hold items of those before.
  for (const { toUser } of rows.filter(({ fromUser }) => fromUser === userId)) {
    await releaseOnwards(deps, projectId, toUser);
  }
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await deps.db.delete(userMerge).where(inArray(userMerge.id, ids));
  return ids.length;
}

/** Copies along the rest of a chain are made again, without the erased user's items. */
async function releaseOnwards(deps: Deps, projectId: number, first: string): Promise<void> {
  let from = first;
  for (let step = 0; step < MAX_CHAIN; step++) {
    const row = await findMerge(deps.db, projectId, from);
    if (row === null) return;
    await deps.events.releaseRecent(projectId, from, row.toUser);
    await deps.db.update(userMerge).set({ settledAt: null }).where(eq(userMerge.id, row.id));
    from = row.toUser;
  }
}
