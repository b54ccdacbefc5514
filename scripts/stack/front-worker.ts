/**
 * The first Worker of a local stack; it stands where Cloudflare's network stands in a deployment. It takes each request to its Worker
 * on the shortest way, and holds requests back until the database is migrated. Callers have no address here: all are on this machine.
 */

interface Binding {
  fetch(request: Request | string): Promise<Response>;
}

interface FrontBindings {
  /** The Worker for recommendations. */
  readonly SERVING: Binding;
  /** The dashboard's files, and the Worker for the management API behind them. */
  readonly REST: Binding;
  /** The process that runs the stack. */
  readonly HOST: Binding;
  /** First segments of the addresses of serving. */
  readonly SERVING_PREFIXES: readonly string[];
}

/** Fires the crons, as at `wrangler dev`. */
const CRON_PATH = "/cdn-cgi/handler/scheduled";
const LOCAL_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** An address that stands for itself, with its first segment: no dots, escapes or other forms that a parser changes. */
const PLAIN_ADDRESS = /^https?:\/\/[\w.:-]+\/([\w-]+)(?:\/[\w-]+)*\/?(?:\?|$)/;

/** Whether the stack is ready; answered once by the process that runs it. */
let isOpen = false;

async function answer(request: Request, env: FrontBindings): Promise<Response> {
  if (!isOpen) {
    await env.HOST.fetch("http://host/opened");
    isOpen = true;
  }
  const first = PLAIN_ADDRESS.exec(request.url)?.[1] ?? new URL(request.url).pathname.split("/", 2)[1] ?? "";
  // Serving does not look at the address that the caller sees.
  if (env.SERVING_PREFIXES.includes(first)) return env.SERVING.fetch(request);
  if (first === "cdn-cgi" && new URL(request.url).pathname === CRON_PATH) return fireCrons(request, env);
  return env.REST.fetch(asCalled(request));
}

/** Pages of other sites may not fire crons through a browser. */
function fireCrons(request: Request, env: FrontBindings): Promise<Response> | Response {
  const origin = request.headers.get("Origin");
  const names = [new URL(request.url).hostname, ...(origin === null ? [] : [hostOf(origin)])];
  if (!names.every((name) => LOCAL_NAMES.has(name))) return new Response("Forbidden", { status: 403 });
  return env.HOST.fetch("http://host/crons");
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

// biome-ignore lint/style/noDefaultExport: the Workers runtime takes the default export as the entry point
export default { fetch: answer };
