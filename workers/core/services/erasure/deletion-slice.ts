import type { DeletionReport } from "#contract/deletion.ts";
import type { ServiceDeps } from "../deps.ts";

export type DeletionDeps = Pick<
  ServiceDeps,
  "db" | "store" | "artifactKeys" | "routing" | "jobs" | "events" | "items" | "meters" | "clock"
>;

/**
 * `more`: something was erased. `wait`: another deletion has to come first. `nothing`: everything is gone. `lost`: another worker
 * has the request, and nothing was written.
 */
export type SliceOutcome =
  | { readonly type: "more"; readonly report: DeletionReport }
  | { readonly type: "wait" }
  | { readonly type: "lost" }
  | { readonly type: "nothing" };

/** A worker that falls silent during a deletion is replaced after this; no slice takes half as long. */
export const DELETION_LEASE_MS = 60_000;
