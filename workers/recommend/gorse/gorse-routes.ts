/**
 * The addresses of Gorse's HTTP API below `/gorse/api`, for its clients. The key comes in `X-API-Key`, or in the address
 * (`/gorse/k/{key}/api/…`) for clients that send none: such calls may ask for recommendations and send feedback, and nothing else.
 */
import type { Hono } from "hono";
import { GORSE_PREFIX } from "#contract/addresses.ts";
import { jsonAnswer } from "../http/answer.ts";
import { noteKey } from "../routes/caller-of.ts";
import { KeyLimitReached } from "../serving/key-limits.ts";
import { loggedIdsOf } from "../serving/logged-ids.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import type { GorseContext, GorseDeps, GorseHandler } from "./gorse-call.ts";
import { refusalOf, textAnswer } from "./gorse-error.ts";
import { deleteFeedback, feedbackOf, getFeedback, listFeedback, putFeedback } from "./gorse-feedback.ts";
import { changeCategory, deleteItem, getItem, listItems, patchItem, putItems } from "./gorse-items.ts";
import {
  itemNeighbors,
  latest,
  nonPersonalized,
  popular,
  recommendFor,
  recommendForSession,
  userNeighbors,
} from "./gorse-lists.ts";
import { deleteUser, getUser, listUsers, patchUser, putUsers } from "./gorse-users.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type Handlers = Partial<Record<Method, GorseHandler>>;

const HEALTH = {
  ...{ Ready: true, DataStoreError: null, CacheStoreError: null },
  ...{ DataStoreConnected: true, CacheStoreConnected: true },
};
const health: GorseHandler = async () => jsonAnswer(HEALTH);

/** What a key in the address may do: addresses behind the base, with their methods. */
const OPEN: Readonly<Record<string, Handlers>> = {
  "/health/live": { GET: health },
  "/health/ready": { GET: health },
  "/recommend/:user": { GET: recommendFor },
  "/recommend/:user/:category": { GET: recommendFor },
  "/collaborative-filtering/:user": { GET: recommendFor },
  "/session/recommend": { POST: recommendForSession },
  "/session/recommend/:category": { POST: recommendForSession },
  "/latest": { GET: latest },
  "/latest/:category": { GET: latest },
  "/popular": { GET: popular },
  "/popular/:category": { GET: popular },
  "/non-personalized/:name": { GET: nonPersonalized },
  "/item/:item/neighbors": { GET: itemNeighbors },
  "/item/:item/neighbors/:category": { GET: itemNeighbors },
  "/item-to-item/:name/:item": { GET: itemNeighbors },
  "/feedback": { POST: putFeedback(false) },
};

/** What needs the key in the header. */
const CLOSED: Readonly<Record<string, Handlers>> = {
  "/user": { POST: putUsers },
  "/users": { GET: listUsers, POST: putUsers },
  "/user/:user": { GET: getUser, PATCH: patchUser, DELETE: deleteUser },
  "/user/:user/neighbors": { GET: userNeighbors },
  "/user-to-user/:name/:user": { GET: userNeighbors },
  "/user/:user/feedback": { GET: feedbackOf },
  "/user/:user/feedback/:type": { GET: feedbackOf },
  "/item": { POST: putItems },
  "/items": { GET: listItems, POST: putItems },
  "/item/:item": { GET: getItem, PATCH: patchItem, DELETE: deleteItem },
  "/item/:item/category/:category": { PUT: changeCategory(true), DELETE: changeCategory(false) },
  "/item/:item/feedback": { GET: feedbackOf },
  "/item/:item/feedback/:type": { GET: feedbackOf },
  "/feedback": { GET: listFeedback, PUT: putFeedback(true) },
  "/feedback/:type": { GET: listFeedback },
  "/feedback/:user/:item": { GET: feedbackOf, DELETE: deleteFeedback },
  "/feedback/:type/:user/:item": { GET: getFeedback, DELETE: deleteFeedback },
};

const METHODS: readonly Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const ANY_ORIGIN = { "Access-Control-Allow-Origin": "*" };
const PREFLIGHT = {
  ...ANY_ORIGIN,
  "Access-Control-Allow-Methods": METHODS.join(", "),
  "Access-Control-Allow-Headers":
    "Content-Type, X-API-Key, X-API-Version, Idempotency-Key, X-Request-ID, X-Correlation-ID",
  "Access-Control-Max-Age": "60",
};

/** Each address with and without a slash at its end. Any other method at it is a 405. */
export function addGorseRoutes(app: Hono<ServingContext>, deps: GorseDeps): void {
  const all = new Map(Object.entries({ ...OPEN, ...CLOSED }));
  for (const address of all.keys()) {
    const [open = {}, closed = {}] = [OPEN[address], CLOSED[address]];
    const refused = Object.fromEntries(Object.keys(closed).map((method) => [method, headerNeeded]));
    for (const end of ["", "/"]) {
      add(app, `/${GORSE_PREFIX}/api${address}${end}`, { ...open, ...closed }, deps);
      add(app, `/${GORSE_PREFIX}/k/:key/api${address}${end}`, { ...open, ...refused }, deps);
    }
  }
  app.all(`/${GORSE_PREFIX}/*`, (c) => otherwise(c, 404, "404: Page Not Found"));
}

function add(app: Hono<ServingContext>, address: string, handlers: Handlers, deps: GorseDeps): void {
  for (const [method, handler] of Object.entries(handlers)) {
    app.on(method, address, (c) => answered(c, deps, handler));
  }
  app.all(address, (c) => otherwise(c, 405, "405: Method Not Allowed"));
}

function otherwise(c: GorseContext, status: number, text: string): Response {
  if (c.req.method !== "OPTIONS") return textAnswer(status, text, ANY_ORIGIN);
  return new Response(null, { status: 204, headers: PREFLIGHT });
}

const headerNeeded: GorseHandler = async () =>
  textAnswer(
    403,
    "A key in the address may ask for recommendations and send feedback. Send it in X-API-Key.",
  );

/** Pages of any origin may read the answers, as Gorse's: they need the key, and cookies are not looked at. */
async function answered(c: GorseContext, deps: GorseDeps, handler: GorseHandler): Promise<Response> {
  c.set("route", "gorse");
  const answer = await handler(c, deps).catch((error: unknown) => {
    if (error instanceof KeyLimitReached) noteKey(c, error.key);
    const refusal = refusalOf(error);
    if (refusal) return refusal;
    deps.logError("unhandled", error, loggedIdsOf(c));
    return textAnswer(500, "internal server error");
  });
  answer.headers.set("Access-Control-Allow-Origin", "*");
  return answer;
}
