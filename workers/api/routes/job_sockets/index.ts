/**
 * Sockets of tuning jobs. A browser cannot read the status of a refused handshake, so a caller who may not listen is let in and told
 * by the close code. Clients of Recotem know only the refused handshake, and connect again for ever after any close code: they get it
 * from deployments that answer exactly like the original.
 */
import { getCookie } from "hono/cookie";
import { ACCESS_COOKIE } from "#contract/auth.ts";
import { CLOSE_FORBIDDEN, CLOSE_UNAUTHENTICATED } from "#contract/socket.ts";
import { AppError, permissionDenied } from "#services/app-error.ts";
import { findRow } from "#services/resource.ts";
import { tuningJobs } from "#services/resources.ts";
import { findTokenOwner } from "#services/sessions.ts";
import type { JobSocketKind } from "../../deps.ts";
import type { Api, ApiContext } from "../../middleware/context.ts";
import { isOwnSite } from "../../middleware/same-origin.ts";
import type { RouteDeps } from "../route-deps.ts";

interface Refusal {
  readonly code: number;
  readonly reason: string;
}

function closed({ code, reason }: Refusal): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, reason);
  return new Response(null, { status: 101, webSocket: client });
}

/** Pages of other sites may open sockets with this site's cookies; such a socket counts as unauthenticated. */
async function refusalOf(deps: RouteDeps, c: ApiContext, jobId: string): Promise<Refusal | null> {
  const cookie = getCookie(c, ACCESS_COOKIE);
  const token = cookie ?? c.req.query("token") ?? "";
  const isAbused = cookie !== undefined && !isOwnSite(c.req.raw, deps.settings.allowedOrigins);
  const found = isAbused ? null : await findTokenOwner(deps, token);
  if (!found?.ok) return { code: CLOSE_UNAUTHENTICATED, reason: "Log in first." };
  // Staff may read foreign jobs, but live updates are their owners'.
  const viewer = { userId: found.owner.id, isStaff: false, key: null };
  const id = /^\d{1,15}$/.test(jobId) ? Number(jobId) : 0;
  const job = await findRow(deps.db, tuningJobs, viewer, id);
  return job === null ? { code: CLOSE_FORBIDDEN, reason: "No such job." } : null;
}

export function jobSocketRoutes(app: Api, deps: RouteDeps): void {
  app.get("/ws/job/:id/:kind{status|logs}", async (c) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      throw new AppError("bad_request", "This address is for WebSockets.");
    }
    const jobId = c.req.param("id");
    const refusal = await refusalOf(deps, c, jobId);
    if (refusal) {
      if (deps.settings.exactRecotem) throw permissionDenied(refusal.reason);
      return closed(refusal);
    }
    const kind = c.req.param("kind") as JobSocketKind;
    return deps.openJobSocket(Number(jobId), kind, c.req.raw);
  });
}
