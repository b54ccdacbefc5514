import { type QuotaKind, type QuotaRoom, quotaRoom } from "#services/access/quotas.ts";
import type { Viewer } from "#services/viewer.ts";
import type { RouteDeps } from "./route-deps.ts";

/** The remaining quota of a caller's account; `added` in the quota's unit. */
export function roomFor({ db, settings }: RouteDeps, viewer: Viewer, kind: QuotaKind, added = 1): QuotaRoom {
  return quotaRoom({ db, quotas: settings.quotas }, viewer, kind, added);
}
