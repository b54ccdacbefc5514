import type { Context } from "hono";
import type { ServingCall } from "../serving.ts";
import type { ServingContext } from "../serving-context.ts";

/** What every call of serving has. @param slot Name or id. */
export function callOf(c: Context<ServingContext>, slot?: string | number): ServingCall {
  const call = { requestId: c.get("requestId"), timing: c.get("timing") };
  return slot === undefined ? call : { ...call, slot };
}
