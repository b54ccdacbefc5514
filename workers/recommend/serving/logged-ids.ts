/** The ids of a request in a line of the log. */
import type { Context } from "hono";
import type { ServingContext } from "./serving-context.ts";

export interface LoggedIds {
  readonly request_id: string;
  readonly correlation_id: string;
}

export function loggedIdsOf(c: Context<ServingContext>): LoggedIds {
  return { request_id: c.get("requestId"), correlation_id: c.get("correlationId") };
}
