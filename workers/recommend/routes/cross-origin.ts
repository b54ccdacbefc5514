/**
 * Calls from pages of other origins (CORS). A project lists the origins whose pages may read its answers; none by default. A browser
 * asks first by OPTIONS, without the key, so only addresses that name the project can be opened to pages.
 */
import type { Context, MiddlewareHandler } from "hono";
import type { ServingContext } from "../app.ts";

const ALLOW = "POST, OPTIONS";
const REQUEST_HEADERS = "Content-Type, X-API-Key, X-Request-ID";
const ANSWER_HEADERS = "X-Request-ID, Server-Timing";
/** How long a browser may remember the answer to its question, seconds: as long as routing may be stale. */
const MAX_AGE_S = "60";

/** Lets pages of the project's origins read the answer, refusals included. */
export const crossOrigin: MiddlewareHandler<ServingContext> = async (c, next) => {
  const origin = await allowedOrigin(c);
  await next();
  c.header("Vary", "Origin", { append: true });
  if (origin === null) return;
  c.header("Access-Control-Allow-Origin", origin);
  c.header("Access-Control-Expose-Headers", ANSWER_HEADERS);
};

/** Answers OPTIONS. Who may not ask learns nothing: the answer is the same for a project that does not exist. */
export async function preflight(c: Context<ServingContext>): Promise<Response> {
  c.header("Allow", ALLOW);
  if ((await allowedOrigin(c)) !== null) {
    c.header("Access-Control-Allow-Methods", "POST");
    c.header("Access-Control-Allow-Headers", REQUEST_HEADERS);
    c.header("Access-Control-Max-Age", MAX_AGE_S);
  }
  return c.body(null, 204);
}

async function allowedOrigin(c: Context<ServingContext>): Promise<string | null> {
  const origin = c.req.header("Origin");
  const projectId = c.req.param("project_id") ?? "";
  if (origin === undefined || !/^\d{1,15}$/.test(projectId)) return null;
  return (await c.var.serving.allowedOrigins(Number(projectId))).includes(origin) ? origin : null;
}
