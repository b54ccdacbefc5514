/**
 * The entrypoint of a local stack; it stands where Cloudflare's network stands in a deployment. It is a part of the local serving
 * Worker and calls its handler directly: a hop between two Workers costs as much as half a recommendation. All other requests go to
 * their Worker. Requests wait until the database is migrated. Callers have no address here: all are on this machine.
 */

interface Binding {
  fetch(request: Request | string): Promise<Response>;
}

/** The names of these bindings begin with FRONT, so that they never hide one of the serving Worker. */
interface FrontBindings {
  /** The dashboard's files, and the Worker for the management API behind them. */
  readonly FRONT_REST: Binding;
  /** The process that runs the stack. */
  readonly FRONT_HOST: Binding;
  /** First segments of the addresses of serving. */
  readonly FRONT_SERVING_PREFIXES: readonly string[];
}

/** The handler of the serving Worker, which gets the same bindings. */
interface Serving {
  fetch(request: Request, env: FrontBindings, context: unknown): Promise<Response> | Response;
}

/** Fires the crons, as at `wrangler dev`. */
const CRON_PATH = "/cdn-cgi/handler/scheduled";
const LOCAL_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** An address that stands for itself, with its first segment: no dots, escapes or other forms that a parser changes. */
const PLAIN_ADDRESS = /^https?:\/\/[\w.:-]+\/([\w-]+)(?:\/[\w-]+)*\/?(?:\?|$)/;

/** Whether the stack is ready; answered once by the process that runs it. */
let isOpen = false;

/** The handler of all requests to the stack. */
export function frontOf(serving: Serving) {
  return {
    async fetch(request: Request, env: FrontBindings, context: unknown): Promise<Response> {
      if (!isOpen) {
        await env.FRONT_HOST.fetch("http://host/opened");
        isOpen = true;
      }
      const first =
        PLAIN_ADDRESS.exec(request.url)?.[1] ?? new URL(request.url).pathname.split("/", 2)[1] ?? "";
      // Serving does not look at the address that the caller sees.
      if (env.FRONT_SERVING_PREFIXES.includes(first)) return serving.fetch(request, env, context);
      if (first === "cdn-cgi" && new URL(request.url).pathname === CRON_PATH) return fireCrons(request, env);
      return env.FRONT_REST.fetch(asCalled(request));
    },
  };
}

/** Pages of other sites may not fire crons through a browser. */
function fireCrons(request: Request, env: FrontBindings): Promise<Response> | Response {
  const origin = request.headers.get("Origin");
  const names = [new URL(request.url).hostname, ...(origin === null ? [] : [hostOf(origin)])];
  if (!names.every((name) => LOCAL_NAMES.has(name))) return new Response("Forbidden", { status: 403 });
  return env.FRONT_HOST.fetch("http://host/crons");
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : "";
}

/** The request with the scheme that the caller sees: a proxy before the stack may speak https to it. */
function asCalled(request: Request): Request {
  const [scheme = ""] = (request.headers.get("X-Forwarded-Proto") ?? "").split(",");
  const protocol = `${scheme.trim().toLowerCase()}:`;
  if (protocol !== "http:" && protocol !== "https:") return request;
  const url = new URL(request.url);
  if (url.protocol === protocol) return request;
  url.protocol = protocol;
  return new Request(url, request);
}
