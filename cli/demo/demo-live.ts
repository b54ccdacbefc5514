/** The end of the demo: a visitor whom nobody knows likes something, and the next list follows it. */
import { createClient } from "#sdk/client.ts";
import type { RecommendedItem } from "#sdk/types.ts";
import { waitFor } from "./wait-for.ts";

export interface LiveResult {
  readonly user_id: string;
  readonly liked: readonly string[];
  /** The lists before and after the events. */
  readonly before: readonly RecommendedItem[];
  readonly after: readonly RecommendedItem[];
  /** From the sending of the events to the list that follows them. */
  readonly milliseconds: number;
}

const LIMIT = 5;

/** @param apiKey With the scopes `predict` and `events`. */
export async function likeAndAskAgain(
  url: string,
  apiKey: string,
  { userId, liked }: { readonly userId: string; readonly liked: readonly string[] },
): Promise<LiveResult> {
  const edgewise = createClient({ url, apiKey, timeoutMs: 10_000 });
  const ask = () => edgewise.recommend({ user_id: userId, limit: LIMIT, include_metadata: true });
  const before = await ask();
  const sentAt = performance.now();
  await edgewise.sendEvents(liked.map((item_id) => ({ type: "like", user_id: userId, item_id })));
  // An answer goes out without live events if they are late, as from shards that have just woken.
  const after = await waitFor(ask, ({ live_events }) => live_events === "used");
  const milliseconds = performance.now() - sentAt;
  return { user_id: userId, liked, before: before.items, after: after.items, milliseconds };
}
