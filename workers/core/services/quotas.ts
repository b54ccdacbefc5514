/** What one account may have, so that open sign-up does not let one person take all there is. Administrators have no quota. */
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { AppError } from "./app-error.ts";
import type { Viewer } from "./viewer.ts";

export const QUOTA_KINDS = ["projects", "jobs", "storage_mb"] as const;
export type QuotaKind = (typeof QUOTA_KINDS)[number];
/** Null where there is no limit. `jobs` are studies and trainings that have not ended; megabytes are 10⁶ bytes. */
export type Quotas = Readonly<Record<QuotaKind, number | null>>;

export const DEFAULT_QUOTAS: Quotas = { projects: 200, jobs: 50, storage_mb: 20_000 };
export const NO_QUOTAS: Quotas = { projects: null, jobs: null, storage_mb: null };

const NAMES: Readonly<Record<QuotaKind, string>> = {
  projects: "projects",
  jobs: "jobs that run or wait",
  storage_mb: "MB of files and models",
};

const BYTES_PER_MB = 1e6;

/** An account's present use, of everything that its projects hold. A deleted project counts until it is erased. */
function useOf(kind: QuotaKind, ownerId: number): SQL {
  const own = sql`(select id from project where owner_id = ${ownerId})`;
  switch (kind) {
    case "projects":
      return sql`select count(*) as used from project where owner_id = ${ownerId} and deleted_at is null`;
    case "jobs":
      return sql`select
        (select count(*) from tuning_job where project_id in ${own} and status in ('PENDING', 'RUNNING', 'PAUSED')) +
        (select count(*) from trained_model where project_id in ${own} and status in ('PENDING', 'TRAINING')) as used`;
    case "storage_mb":
      return sql`select (
        (select coalesce(sum(filesize), 0) from training_data where project_id in ${own}) +
        (select coalesce(sum(filesize), 0) from item_meta_data where project_id in ${own}) +
        (select coalesce(sum(filesize), 0) from user_meta_data where project_id in ${own}) +
        (select coalesce(sum(filesize), 0) from trained_model where project_id in ${own})) / ${BYTES_PER_MB} as used`;
  }
}

/**
 * Throws `permission_denied`, naming the quota, when the account would have more than it may. Two requests at the same moment can
 * both pass: a quota is a bound on what piles up, not a promise to the last one.
 *
 * @param added How much the request adds, in the quota's own unit.
 */
export async function requireQuota(
  { db, quotas }: { readonly db: Database; readonly quotas: Quotas },
  viewer: Viewer,
  kind: QuotaKind,
  added: number,
): Promise<void> {
  const limit = quotas[kind];
  if (limit === null || viewer.isStaff) return;
  const row = await db.get<{ used: number }>(useOf(kind, viewer.userId));
  const used = Number(row?.used ?? 0);
  if (used + added <= limit) return;
  const text = `Your account may have ${limit} ${NAMES[kind]} and has ${Math.ceil(used)}. Delete some, or ask an administrator.`;
  throw new AppError("permission_denied", text, { code: "quota_exceeded", quota: kind });
}
