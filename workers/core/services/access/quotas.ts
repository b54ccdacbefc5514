/** Quotas of one account, so that with open sign-up no account can use up everything. Administrators have no quota. */
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { AppError } from "../app-error.ts";
import type { Viewer } from "../viewer.ts";

export const QUOTA_KINDS = ["projects", "jobs", "storage_mb"] as const;
export type QuotaKind = (typeof QUOTA_KINDS)[number];
/** Null for no limit. `jobs` are studies and trainings that have not ended; megabytes are 10⁶ bytes. */
export type Quotas = Readonly<Record<QuotaKind, number | null>>;

export const DEFAULT_QUOTAS: Quotas = { projects: 200, jobs: 50, storage_mb: 20_000 };
export const NO_QUOTAS: Quotas = { projects: null, jobs: null, storage_mb: null };

const NAMES: Readonly<Record<QuotaKind, string>> = {
  projects: "projects",
  jobs: "running or waiting jobs",
  storage_mb: "MB of files and models",
};

const BYTES_PER_MB = 1e6;

/**
 * An account's present use: all that its own projects hold, and those in which it is more than a viewer, so that nobody gets
 * another account's room by inviting it. A deleted project counts until it is erased, an upload in
 * parts from its beginning, and a project during its import.
 */
function useOf(kind: QuotaKind, ownerId: number): SQL {
  const own = sql`(select id from project where owner_id = ${ownerId} union
    select project_id from project_member where user_id = ${ownerId} and role <> 'viewer')`;
  switch (kind) {
    case "projects":
      return sql`select count(*) as used from project where owner_id = ${ownerId} and (deleted_at is null or
        id in (select project_id from deletion where owner_id = ${ownerId} and kind = 'IMPORT' and status = 'RUNNING'))`;
    case "jobs":
      return sql`select
        (select count(*) from tuning_job where project_id in ${own} and status in ('PENDING', 'RUNNING', 'PAUSED')) +
        (select count(*) from trained_model where project_id in ${own} and status in ('PENDING', 'TRAINING')) as used`;
    case "storage_mb":
      return sql`select (
        (select coalesce(sum(size), 0) from upload where project_id in ${own}) +
        (select coalesce(sum(filesize), 0) from training_data where project_id in ${own}) +
        (select coalesce(sum(filesize), 0) from item_meta_data where project_id in ${own}) +
        (select coalesce(sum(filesize), 0) from user_meta_data where project_id in ${own}) +
        (select coalesce(sum(filesize), 0) from trained_model where project_id in ${own})) / ${BYTES_PER_MB} as used`;
  }
}

interface QuotaDeps {
  readonly db: Database;
  readonly quotas: Quotas;
}

/** A quota as part of the statement that inserts a row: of several at the same moment, each sees the rows of those before it. */
export interface QuotaRoom {
  /** Whether there is room when the statement runs. Undefined without a limit. */
  readonly isLeft: SQL | undefined;
  /** The refusal of a row that was not inserted. */
  refusal(): Promise<AppError>;
  /** Throws when there is no room now, to refuse before any work. */
  require(): Promise<void>;
}

export const UNLIMITED: QuotaRoom = {
  isLeft: undefined,
  refusal: async () => new AppError("permission_denied", "There is no room."),
  require: async () => undefined,
};

/** @param added How much the request adds, in the quota's own unit. */
export function quotaRoom(
  { db, quotas }: QuotaDeps,
  viewer: Viewer,
  kind: QuotaKind,
  added: number,
): QuotaRoom {
  const limit = quotas[kind];
  if (limit === null || viewer.isStaff) return UNLIMITED;
  const use = useOf(kind, viewer.accountId);
  const used = async () => Number((await db.get<{ used: number }>(use))?.used ?? 0);
  const refusalAt = (found: number) => {
    const text = `Your account may have ${limit} ${NAMES[kind]} and has ${Math.ceil(found)}. Delete some, or ask an administrator.`;
    return new AppError("permission_denied", text, { code: "quota_exceeded", quota: kind });
  };
  return {
    isLeft: sql`(${use}) + ${added} <= ${limit}`,
    refusal: async () => refusalAt(await used()),
    async require() {
      const found = await used();
      if (found + added > limit) throw refusalAt(found);
    },
  };
}
