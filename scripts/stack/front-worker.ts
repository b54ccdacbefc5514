/**
 * The first Worker of a local stack; it stands where Cloudflare's network stands in a deployment. It tells the Workers who calls, and
 * holds requests back until the database is migrated. Miniflare's own entry does more, at a third of a request's time.
 */

interface Binding {
  fetch(request: Request | string): Promise<Response>;
}

interface FrontBindings {
  /** The dashboard's files, and the Worker behind them. */
  readonly API: Binding;
  /** The process that runs the stack. */
  readonly HOST: Binding;
}

type Incoming = Request & { readonly cf?: { readonly clientIp?: string } };

/** Fires the crons, as at `wrangler dev`. */
const CRON_PATH = "/cdn-cgi/handler/scheduled";
const LOCAL_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether the stack is ready; answered once by the process that runs it. */
let isOpen = false;

async function answer(request: Incoming, env: FrontBindings): Promise<Response> {
  if (!isOpen) {
    await env.HOST.fetch("http://host/opened");
    isOpen = true;
  }
  const url = new URL(request.url);
  if (url.pathname === CRON_PATH) return fireCrons(request, url, env);
  return env.API.fetch(new Request(publicUrl(request, url), withCaller(request)));
}

/** Pages of other sites may not fire crons through a browser. */
function fireCrons(request: Request, url: URL, env: FrontBindings): Promise<Response> | Response {
  const origin = request.headers.get("Origin");
  const names = [url.hostname, ...(origin === null ? [] : [hostOf(origin)])];
  if (!names.every((name) => LOCAL_NAMES.has(name))) return new Response("Forbidden", { status: 403 });
  return env.HOST.fetch("http://host/crons");
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : "";
}

/** The address that the caller sees: a proxy before the stack may speak https to it. */
function publicUrl(request: Request, url: URL): URL {
  const [scheme = ""] = (request.headers.get("X-Forwarded-Proto") ?? "").split(",");
  if (/^https?$/i.test(scheme.trim())) url.protocol = `${scheme.trim().toLowerCase()}:`;
  return url;
}

/** The request with the caller's address where Cloudflare puts it, unless a proxy has said it. */
function withCaller(request: Incoming): Request {
  const address = /^\[?(.*?)\]?:\d+$/.exec(request.cf?.clientIp ?? "")?.[1];
  if (address === undefined || request.headers.has("CF-Connecting-IP")) return request;
  const headers = new Headers(request.headers);
  headers.set("CF-Connecting-IP", address);
  return new Request(request, { headers });
}

// biome-ignore lint/style/noDefaultExport: the Workers runtime takes the default export as the entry point
export default { fetch: answer };
