/** Deletions that may take a live model: what the caller allows, and what the answer says. Recotem's deletions ask and say nothing. */
import type { MovedResponse } from "#contract/deployment.ts";
import type { RemovalOptions } from "#services/serving/slot-moves.ts";
import type { ApiSettings } from "../env.ts";
import { noteReason } from "../middleware/audit.ts";
import type { ApiContext } from "../middleware/context.ts";

type Style = Pick<ApiSettings, "exactRecotem">;

export function removalOptions({ exactRecotem }: Style, c: ApiContext): RemovalOptions {
  const word = c.req.query("stop_serving")?.toLowerCase() ?? "";
  return { stopServing: exactRecotem || word === "true" || word === "1" };
}

/** Null answers 204, as a deletion does that moved nothing. */
export async function removalAnswer(
  { exactRecotem }: Style,
  c: ApiContext,
  removal: Promise<MovedResponse | null>,
): Promise<MovedResponse | null> {
  const moved = await removal;
  if (moved !== null) noteReason(c, moved.detail);
  return exactRecotem ? null : moved;
}
