import type { Context } from "hono";
import type { CallRules } from "../serving/rules-of-call.ts";
import type { ServingCall } from "../serving/serving.ts";
import type { ServingContext } from "../serving/serving-context.ts";

/** What every call of serving has. @param slot Name or id. */
export function callOf(c: Context<ServingContext>, slot?: string | number, rules?: CallRules): ServingCall {
  const metered = c.get("metered");
  const call = { requestId: c.get("requestId"), timing: c.get("timing"), metered, ...(rules && { rules }) };
  return slot === undefined ? call : { ...call, slot };
}
