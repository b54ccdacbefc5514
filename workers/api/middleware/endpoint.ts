import { AppError } from "#services/app-error.ts";
import type { ServiceDeps } from "#services/deps.ts";
import type { Tokens } from "#services/tokens.ts";
import { type Access, authenticate, authorize } from "./authenticate.ts";
import type { Api, ApiContext } from "./context.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Handler = (c: ApiContext) => Response | Promise<Response>;
export type Handlers = Partial<Record<Method, Handler>>;

/** Registers one path with its methods. Every other method is 405; who may call is settled before anything else. */
export type Endpoint = (path: string, handlers: Handlers, access?: Access) => void;

type Deps = Pick<ServiceDeps, "db" | "clock"> & { readonly tokens: Tokens };

export function makeEndpoint(app: Api, deps: Deps): Endpoint {
  return (path, handlers, access = "user") => {
    const allowed = [...Object.keys(handlers), ...(handlers.GET ? ["HEAD"] : []), "OPTIONS"].join(", ");
    app.all(path, async (c) => {
      const method = c.req.method === "HEAD" ? "GET" : c.req.method;
      const isRead = method === "GET" || method === "OPTIONS";
      if (access !== "public") {
        const caller = await authenticate(deps, c);
        authorize(access, caller, isRead);
        c.set("caller", caller);
      }
      c.header("Allow", allowed);
      if (method === "OPTIONS") return c.body(null, 204);
      const handler = handlers[method as Method];
      if (handler) return handler(c);
      throw new AppError("method_not_allowed", `Method "${c.req.method}" not allowed.`, {
        headers: { Allow: allowed },
      });
    });
  };
}

/** The row id in a path. What is no number is no row. */
export function idParam(c: ApiContext, name = "id"): number {
  const text = c.req.param(name) ?? "";
  if (!/^\d+$/.test(text)) throw new AppError("not_found", "Not found.");
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : 0;
}
