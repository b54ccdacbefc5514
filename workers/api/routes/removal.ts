/** Deletions that may take a live model: the caller's permission, and the answer. A dialect may use neither. */
import type { MovedResponse } from "#contract/deployment.ts";
import type { RemovalOptions } from "#services/serving/slot-moves.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { noteReason } from "../middleware/audit.ts";
import type { ApiContext } from "../middleware/context.ts";

type Manner = Pick<Dialect, "asksBeforeStopping">;

export function removalOptions({ asksBeforeStopping }: Manner, c: ApiContext): RemovalOptions {
  const word = c.req.query("stop_serving")?.toLowerCase() ?? "";
  return { stopServing: !asksBeforeStopping || word === "true" || word === "1" };
}

/** Null answers 204, for a deletion that moved no slot. */
export async function removalAnswer(
  { asksBeforeStopping }: Manner,
  c: ApiContext,
  removal: Promise<MovedResponse | null>,
): Promise<MovedResponse | null> {
  const moved = await removal;
  if (moved !== null) noteReason(c, moved.detail);
  return asksBeforeStopping ? moved : null;
}
