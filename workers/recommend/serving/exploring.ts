import { toTraffic } from "#contract/traffic.ts";
import type { Exploration } from "#engine/serve/explore.ts";
import { hashText } from "#jobs/event-shard/hash-text.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";

/** For as long the same positions of a user's lists explore, so that pages fit together. */
export const SPAN_MS = 10 * 60_000;

/**
 * Which positions of a list explore, by the project's setting. Drawn from the user and the ten minutes of the request; for a request
 * without a user from its id. Null if none does.
 */
export function exploringOf(
  { traffic }: Pick<RoutingManifest, "traffic">,
  {
    userId,
    requestId,
    now,
  }: { readonly userId: string | undefined; readonly requestId: string; readonly now: number },
): Pick<Exploration, "rate" | "draw"> | null {
  const { exploration_rate: rate } = toTraffic(traffic);
  if (rate === 0) return null;
  const whose = userId === undefined ? `request ${requestId}` : `user ${Math.floor(now / SPAN_MS)} ${userId}`;
  return { rate, draw: (position) => hashText(`explore ${position} ${whose}`)[0] / 2 ** 32 };
}
