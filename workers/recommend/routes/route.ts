import type { Handler, Hono, MiddlewareHandler } from "hono";
import { methodsOf, type ServingRoute } from "#contract/serving-routes.ts";
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

/** Registers a route as the contract describes it. Any other method at its address is a 405. */
export function addRoute(
  app: Hono<ServingContext>,
  route: ServingRoute,
  { handle, crossOrigin }: RouteHandlers,
): void {
  const path = route.path.replace(/\{(\w+)\}/g, ":$1");
  const allowed = [...methodsOf(route), ...(crossOrigin ? ["OPTIONS"] : [])].join(", ");
  for (const address of route.mayEndWithSlash ? [path, `${path}/`] : [path]) {
    if (crossOrigin) app.use(address, crossOrigin.grant).options(address, crossOrigin.preflight);
    app.on(route.method, address, handle).all(address, notAllowed(allowed));
  }
}

/** For methods that an address does not have. */
function notAllowed(allow: string): () => Response {
  return () => jsonAnswer({ detail: "Method Not Allowed" }, 405, { Allow: allow });
}
