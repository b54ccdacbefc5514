import type { Handler, Hono, MiddlewareHandler } from "hono";
import type { ServingRoute } from "#contract/serving-route.ts";
import { methodsOf, SERVING_ROUTES, type ServingRouteName } from "#contract/serving-routes.ts";
import { refuseBrokenPath } from "../http/address.ts";
import { jsonAnswer } from "../http/answer.ts";
import type { ServingContext } from "../serving/serving-context.ts";

export interface RouteHandlers {
  readonly handle: Handler<ServingContext>;
  /** For routes that pages of other origins may call. */
  readonly crossOrigin?: {
    /** Lets a page read the answer. */
    readonly grant: MiddlewareHandler<ServingContext>;
    /** Answers OPTIONS. */
    readonly preflight: Handler<ServingContext>;
  };
}

/** Registers all routes as the contract describes them. Any other method at their addresses is a 405. */
export function addRoutes(
  app: Hono<ServingContext>,
  handlers: Readonly<Record<ServingRouteName, RouteHandlers>>,
): void {
  const allowed = new Map<string, string[]>();
  for (const [name, { handle, crossOrigin }] of Object.entries(handlers)) {
    const route: ServingRoute = SERVING_ROUTES[name as ServingRouteName];
    const path = route.path.replace(/\{(\w+)\}/g, ":$1");
    const [, part] = /\{(\w+)\}/.exec(route.path) ?? [];
    for (const address of route.mayEndWithSlash ? [path, `${path}/`] : [path]) {
      if (crossOrigin) app.use(address, crossOrigin.grant).options(address, crossOrigin.preflight);
      app.on(route.method, address, (c, next) => {
        c.set("route", name);
        if (part !== undefined) refuseBrokenPath(c.req, part);
        return handle(c, next);
      });
      const methods = [...methodsOf(route), ...(crossOrigin ? ["OPTIONS"] : [])];
      allowed.set(address, [...(allowed.get(address) ?? []), ...methods]);
    }
  }
  // Last: the methods of one address may be several routes.
  for (const [address, methods] of allowed) app.all(address, notAllowed(methods.join(", ")));
}

/** For methods that an address does not have. */
function notAllowed(allow: string): () => Response {
  return () => jsonAnswer({ detail: "Method Not Allowed" }, 405, { Allow: allow });
}
