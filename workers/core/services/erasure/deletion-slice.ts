import type { DeletionReport } from "#contract/deletion.ts";
import type { ServiceDeps } from "../deps.ts";

export type DeletionDeps = Pick<ServiceDeps, "db" | "store" | "routing" | "jobs" | "clock">;

/** `more`: something was erased. `wait`: something else has to go first. `nothing`: all is gone. */
export type SliceOutcome =
  | { readonly type: "more"; readonly report: DeletionReport }
  | { readonly type: "wait" }
  | { readonly type: "nothing" };

/** A worker that falls silent during a deletion is given up after this. */
export const DELETION_LEASE_MS = 60_000;
