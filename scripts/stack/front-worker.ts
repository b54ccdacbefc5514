/**
 * The entrypoint of a local stack; it stands where Cloudflare's network stands in a deployment. It is a part of the local serving
 * Worker and calls its handler directly. A hop between two Workers costs as much as half a recommendation. All other requests go to
 * their Worker. It fires the crons, migrates the database, and holds requests back until then. Callers have no address here: all are on this machine.
 */
import type { D1Database } from "@cloudflare/workers-types";
import type { Migration } from "./built-stack.ts";
import { migrate } from "./front-migrate.ts";
import { type CuttableStores, cuttableStores } from "./front-stores.ts";

interface RestBinding {
  fetch(request: Request): Promise<Response>;
  scheduled(event: {
    readonly cron: string;
    readonly scheduledTime: Date;
  }): Promise<{ readonly outcome: string }>;
}

/** The names of its own bindings begin with FRONT, so that they never hide one of the serving Worker. */
interface FrontBindings {
  /** Of the serving Worker. */
  readonly STORE: object;
  readonly EVENTS: object;
  /** The dashboard's files, and the Worker for the management API behind them. */
  readonly FRONT_REST: RestBinding;
  readonly FRONT_DB: D1Database;
  readonly FRONT_MIGRATIONS: readonly Migration[];
  /** The crons of the Worker for the management API. */
  readonly FRONT_CRONS: readonly string[];
  /** First segments of the addresses of serving. */
  readonly FRONT_SERVING_PREFIXES: readonly string[];
  /** First two segments of the addresses among them where the management API answers all methods but those of serving. */
  readonly FRONT_SHARED_PLACES: readonly string[];
  readonly FRONT_SERVING_METHODS: readonly string[];
  /** Whether tests may cut serving off from its stores. */
  readonly FRONT_CUTTABLE: boolean;
}

interface Context {
  waitUntil(work: Promise<unknown>): void;
}

/** The handler of the serving Worker, which gets the same bindings. */
interface Serving {
  fetch(request: Request, env: FrontBindings, context: Context): Promise<Response> | Response;
}

/** Migrates the database and opens the stack; the process that keeps the stack asks for it. */
const OPEN_PATH = "/cdn-cgi/edgewise/open";
const OPEN_POLL_MS = 10;

/** `PUT` cuts serving off from its stores, `DELETE` joins them again; only in a stack that was started so. */
const CUT_PATH = "/cdn-cgi/edgewise/cut";

/** Fires the crons, as at `wrangler dev`. */
const CRON_PATH = "/cdn-cgi/handler/scheduled";
const LOCAL_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** An address that stands for itself, with its first two segments: no dots, escapes or other forms that a parser changes. */
const PLAIN_ADDRESS = /^https?:\/\/[\w.:-]+\/([\w-]+)(?:\/([\w-]+))?(?:\/[\w-]+)*\/?(?:\?|$)/;

/** The runtime's. */
declare const scheduler: { wait(ms: number): Promise<void> };

let isOpen = false;
let opening: Promise<void> | null = null;

/** The handler of all requests to the stack. */
export function frontOf(serving: Serving) {
  let stores: CuttableStores | null = null;
  return {
    async fetch(request: Request, env: FrontBindings, context: Context): Promise<Response> {
      if (!isOpen) {
        if (new URL(request.url).pathname === OPEN_PATH) return open(env, context);
        // The runtime gives up a request that waits for the promise of another one; it lets it wait for a timer.
        while (!isOpen) await scheduler.wait(OPEN_POLL_MS);
      }
      const [first, second] = placeOf(request.url);
      const isServing =
        env.FRONT_SERVING_PREFIXES.includes(first) &&
        (!env.FRONT_SHARED_PLACES.includes(`${first}/${second}`) ||
          env.FRONT_SERVING_METHODS.includes(request.method));
      // Serving does not look at the address that the caller sees.
      if (isServing) return serving.fetch(request, env, context);
      if (env.FRONT_CUTTABLE && new URL(request.url).pathname === CUT_PATH) {
        stores ??= cuttableStores(env.STORE, env.EVENTS);
        const isCut = request.method === "PUT";
        if (isCut) stores.cut();
        else stores.join();
        return new Response(isCut ? "cut" : "joined");
      }
      if (first === "cdn-cgi" && new URL(request.url).pathname === CRON_PATH) return fireCrons(request, env);
      return env.FRONT_REST.fetch(asCalled(request));
    },
  };
}

/** The first two segments of an address. */
function placeOf(url: string): [string, string] {
  const [, first = "", second = ""] = PLAIN_ADDRESS.exec(url) ?? new URL(url).pathname.split("/", 3);
  return [first, second];
}

/** Answers 200 when the stack is open, else 500 with the reason. */
async function open(env: FrontBindings, context: Context): Promise<Response> {
  opening ??= migrate(env.FRONT_DB, env.FRONT_MIGRATIONS);
  // The caller may hang up; other requests wait for the end of this.
  context.waitUntil(opening);
  try {
    await opening;
  } catch (error) {
    return new Response((error as Error).message, { status: 500 });
  }
  isOpen = true;
  return new Response("open");
}

/** Pages of other sites may not fire crons through a browser. */
async function fireCrons(request: Request, env: FrontBindings): Promise<Response> {
  const origin = request.headers.get("Origin");
  const names = [new URL(request.url).hostname, ...(origin === null ? [] : [hostOf(origin)])];
  if (!names.every((name) => LOCAL_NAMES.has(name))) return new Response("Forbidden", { status: 403 });
  const scheduledTime = new Date();
  const ends = await Promise.all(
    env.FRONT_CRONS.map((cron) => env.FRONT_REST.scheduled({ cron, scheduledTime })),
  );
  const bad = ends.find(({ outcome }) => outcome !== "ok");
  return new Response(bad?.outcome ?? "ok", { status: bad ? 500 : 200 });
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
