/**
 * Calls from pages of other origins (CORS). A project lists the origins whose pages may read its answers; none by default. A
 * browser first sends OPTIONS, without the key. If the address names the project, only its origins are allowed. If only the key
 * does, every page may send the call, which changes nothing and needs the key. Only the project's origins may read the answer. A
 * browser key may name origins of its own, which then replace those of the project.
 */
import type { Context, MiddlewareHandler } from "hono";
import { USER_TOKEN_HEADER } from "#contract/user-token.ts";
import type { ServingContext } from "../serving/serving-context.ts";

const REQUEST_HEADERS = `Content-Type, X-API-Key, X-Request-ID, X-Correlation-ID, ${USER_TOKEN_HEADER}`;
const ANSWER_HEADERS = "X-Request-ID, X-Correlation-ID, Server-Timing";
/** How long a browser may remember the answer to OPTIONS, seconds: as long as routing may be stale. */
const MAX_AGE_S = "60";

/** Lets pages of the project's origins read the answer, also refusals. */
export const crossOrigin: MiddlewareHandler<ServingContext> = async (c, next) => {
  await next();
  grant(c.res.headers, await allowedOrigin(c, projectOfAddress(c)));
};

/** The same by the project of the key; a refused key has no project. */
export const crossOriginByKey: MiddlewareHandler<ServingContext> = async (c, next) => {
  await next();
  if (c.req.method === "OPTIONS") return;
  grant(c.res.headers, await allowedOrigin(c, c.get("projectId") ?? null));
};

/** Adds to the headers of an answer. */
function grant(headers: Headers, origin: string | null): void {
  headers.append("Vary", "Origin");
  if (origin === null) return;
  headers.set("Access-Control-Allow-Origin", origin);
  headers.set("Access-Control-Expose-Headers", ANSWER_HEADERS);
}

/** Answers OPTIONS. The answer reveals nothing: it is the same for a project that does not exist. */
export async function preflight(c: Context<ServingContext>): Promise<Response> {
  c.header("Allow", "POST, OPTIONS");
  if ((await allowedOrigin(c, projectOfAddress(c))) !== null) allowCall(c, "POST");
  return c.body(null, 204);
}

/** Answers OPTIONS if only the key names the project: the same answer for every page. */
export const preflightByKey =
  (method: "GET" | "POST") =>
  (c: Context<ServingContext>): Response => {
    c.header("Allow", method === "GET" ? "GET, HEAD, OPTIONS" : "POST, OPTIONS");
    const origin = c.req.header("Origin");
    if (origin !== undefined) allowCall(c, method);
    const response = c.body(null, 204);
    if (origin !== undefined) grant(response.headers, origin);
    return response;
  };

function allowCall(c: Context<ServingContext>, method: string): void {
  c.header("Access-Control-Allow-Methods", method);
  c.header("Access-Control-Allow-Headers", REQUEST_HEADERS);
  c.header("Access-Control-Max-Age", MAX_AGE_S);
}

function projectOfAddress(c: Context<ServingContext>): number | null {
  const projectId = c.req.param("project_id") ?? "";
  return /^\d{1,15}$/.test(projectId) ? Number(projectId) : null;
}

async function allowedOrigin(c: Context<ServingContext>, projectId: number | null): Promise<string | null> {
  const origin = c.req.header("Origin");
  if (origin === undefined || projectId === null) return null;
  const origins = c.get("origins") ?? (await c.get("serving").allowedOrigins(projectId));
  return origins.includes(origin) ? origin : null;
}
