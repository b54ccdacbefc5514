import type { ProjectRole } from "#contract/project-role.ts";
import { addressGroup } from "#platform/address-group.ts";
import type { Throttle } from "#services/access/rate-limits.ts";
import type { RateScope } from "#services/access/rates.ts";
import type { Tokens } from "#services/access/tokens.ts";
import { AppError } from "#services/app-error.ts";
import type { ApiSettings } from "../env/env.ts";
import { type AuditDeps, recordChange } from "./audit.ts";
import { type Access, authenticate, authorize } from "./authenticate.ts";
import type { Api, ApiContext, Caller } from "./context.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Handler = (c: ApiContext) => Response | Promise<Response>;
export type Handlers = Partial<Record<Method, Handler>>;

export interface EndpointOptions {
  readonly access?: Access;
  /**
   * The rate scope of calls instead of the caller's own; `free` is for calls that cost nothing. `login` is for checks of a
   * password: it counts by account, and by address if nobody is logged in.
   */
  readonly rate?: RateScope | "free";
  /**
   * The least role in its project that a request needs: by default `viewer` to read and `editor` to change. Every query of rows
   * carries it (`db/ownership.ts`), so a route cannot forget it.
   */
  readonly role?: ProjectRole | Partial<Readonly<Record<Method, ProjectRole>>>;
}

function roleOf(role: EndpointOptions["role"], method: string, isRead: boolean): ProjectRole {
  const named = typeof role === "object" ? role[method as Method] : role;
  return named ?? (isRead ? "viewer" : "editor");
}

/** Registers one path with its methods. Every other method is 405; permission and rate are checked before anything else. */
export type Endpoint = (path: string, handlers: Handlers, options?: EndpointOptions) => void;

/** The registered routes, for the API's description. */
export interface Operation {
  readonly method: Method;
  readonly path: string;
  readonly access: Access;
}

type Deps = AuditDeps & {
  readonly tokens: Tokens;
  readonly throttle: Throttle;
  readonly settings: Pick<ApiSettings, "allowedOrigins">;
};

function addressOf(c: ApiContext): string {
  return addressGroup(c.req.header("cf-connecting-ip") ?? "local");
}

/** A caller with invalid credentials counts as anonymous, so that guessing is limited, too. */
async function authenticateOrCount(deps: Deps, c: ApiContext): Promise<Caller> {
  try {
    return await authenticate(deps, c);
  } catch (error) {
    await deps.throttle("anon", addressOf(c));
    throw error;
  }
}

/** @param describe  The answer to OPTIONS, by path and methods. */
export function makeEndpoint(
  app: Api,
  deps: Deps,
  registered: Operation[],
  describe: (path: string, methods: readonly Method[]) => object,
): Endpoint {
  return (path, handlers, { access = "caller", rate, role } = {}) => {
    const methods = Object.keys(handlers) as Method[];
    for (const method of methods) registered.push({ method, path, access });
    const allowed = [...methods, ...(handlers.GET ? ["HEAD"] : []), "OPTIONS"].join(", ");
    app.all(path, async (c) => {
      const method = c.req.method === "HEAD" ? "GET" : c.req.method;
      const isRead = method === "GET" || method === "OPTIONS";
      if (access !== "public") {
        const caller = await authenticateOrCount(deps, c);
        await deps.throttle(rate === "recommendation" ? rate : "user", String(caller.account.id));
        if (rate === "login" && !isRead) await deps.throttle(rate, `account:${caller.account.id}`);
        authorize(access, caller, isRead);
        c.set("caller", { ...caller, viewer: { ...caller.viewer, asks: roleOf(role, method, isRead) } });
      } else if (rate !== "free") await deps.throttle(rate ?? "anon", addressOf(c));
      c.header("Allow", allowed);
      if (method === "OPTIONS") return c.json(describe(path, methods));
      const handler = handlers[method as Method];
      if (handler) {
        const response = await handler(c);
        if (!isRead && response.status < 400) await recordChange(deps, c, `${method} ${path}`);
        return response;
      }
      throw new AppError("method_not_allowed", `Method "${c.req.method}" not allowed.`, {
        headers: { Allow: allowed },
      });
    });
  };
}

/** The row id in a path. Text that is not a number matches no row. */
export function idParam(c: ApiContext, name = "id"): number {
  const text = c.req.param(name) ?? "";
  if (!/^\d+$/.test(text)) throw new AppError("not_found", "Not found.");
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : 0;
}
