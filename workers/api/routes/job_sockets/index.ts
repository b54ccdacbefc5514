/** Sockets of tuning jobs. The dialect informs a caller without permission. */
import { getCookie } from "hono/cookie";
import { ACCESS_COOKIE } from "#contract/auth.ts";
import { CLOSE_FORBIDDEN, CLOSE_UNAUTHENTICATED } from "#contract/socket.ts";
import { findTokenOwner } from "#services/access/sessions.ts";
import { spendTicket } from "#services/access/socket-tickets.ts";
import { AppError } from "#services/app-error.ts";
import type { AccountRow } from "#services/resources/account.ts";
import { findRow } from "#services/resources/listing.ts";
import { tuningJobs } from "#services/resources/tuning-job.ts";
import { ownerOf } from "#services/viewer.ts";
import type { JobSocketKind } from "../../composition/deps.ts";
import type { Api, ApiContext } from "../../middleware/context.ts";
import { isOwnSite } from "../../middleware/same-origin.ts";
import type { RouteDeps } from "../route-deps.ts";

/**
 * Finds the caller by a ticket, else by the cookie, else by a token if the dialect accepts one. Pages of other sites may open
 * sockets with this site's cookies; such a socket counts as unauthenticated.
 */
async function watcherOf(
  deps: RouteDeps,
  c: ApiContext,
): Promise<{ owner: AccountRow; session: string } | null> {
  const ticket = c.req.query("ticket");
  if (ticket !== undefined) return spendTicket(deps, ticket);
  const cookie = getCookie(c, ACCESS_COOKIE);
  const isAbused = cookie !== undefined && !isOwnSite(c.req.raw, deps.settings.allowedOrigins);
  const token = cookie ?? deps.dialect.sockets.tokenOf(c);
  if (isAbused || token === undefined) return null;
  const found = await findTokenOwner(deps, token);
  return found.ok ? found : null;
}

/** Staff may read other accounts' jobs, but only members of the project get live updates. */
async function isOwnJob(deps: RouteDeps, owner: AccountRow, jobId: string): Promise<boolean> {
  const id = /^\d{1,15}$/.test(jobId) ? Number(jobId) : 0;
  return (await findRow(deps.db, tuningJobs, { ...ownerOf(owner.id), asks: "viewer" }, id)) !== null;
}

export function jobSocketRoutes(app: Api, deps: RouteDeps): void {
  const { refuse } = deps.dialect.sockets;
  app.get("/ws/job/:id/:kind{status|logs}", async (c) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      throw new AppError("bad_request", "This address is for WebSockets.");
    }
    const jobId = c.req.param("id");
    const watcher = await watcherOf(deps, c);
    if (watcher === null) return refuse({ code: CLOSE_UNAUTHENTICATED, reason: "Log in first." });
    if (!(await isOwnJob(deps, watcher.owner, jobId))) {
      return refuse({ code: CLOSE_FORBIDDEN, reason: "No such job." });
    }
    const kind = c.req.param("kind") as JobSocketKind;
    return deps.openJobSocket(Number(jobId), kind, { request: c.req.raw, session: watcher.session });
  });
}
