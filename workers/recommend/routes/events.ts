import type { Context } from "hono";
import { type EventsResponse, eventsQuery, type RejectedEvent } from "#contract/event.ts";
import { MAX_LISTED_EVENT_ERRORS } from "#contract/limits.ts";
import type { AppendResult } from "#jobs/event-shard/shard-object.ts";
import { type EventShards, EventsNotStored } from "../events/event-shards.ts";
import { readEvents, WRONG_USER } from "../events/read-events.ts";
import { type ReceivedBody, receiveBeacon, receiveEvents } from "../events/received-events.ts";
import { parseQuery } from "../http/address.ts";
import { ServingError } from "../http/errors.ts";
import type { Caller } from "../serving/caller.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import { acceptKey, pageOf } from "./caller-of.ts";
import { crossOriginByKey, preflightByKey } from "./cross-origin.ts";
import type { RouteHandlers } from "./route.ts";

export interface EventsRouteDeps {
  readonly shards: EventShards;
  readonly now: () => number;
  readonly logError: (event: string, error: unknown) => void;
}

/** `POST /v1/events`: takes events of the key's project. */
export function eventsRoute(deps: EventsRouteDeps): RouteHandlers {
  return {
    handle: (c) => takeEvents(deps, c),
    crossOrigin: { grant: crossOriginByKey, preflight: preflightByKey("POST") },
  };
}

async function takeEvents(deps: EventsRouteDeps, c: Context<ServingContext>): Promise<Response> {
  const { body, caller } = await receive(c);
  const { atomic } = parseQuery(c.req, eventsQuery);
  const { isSingle, events: received } = body;
  const { events, rejected } = readEvents(received, deps.now(), caller.userId);
  const [first] = rejected;
  if (first && isSingle) throw new ServingError(isOfAnother(first) ? 403 : 422, first.detail);
  if (first && atomic === "true") throw new ServingError(422, rejected.flatMap(withPosition));
  const stored = events.length > 0 ? await store(deps, caller.projectId, events) : NOTHING;
  c.get("metered").events = stored.accepted;
  const response: EventsResponse = {
    ...stored,
    rejected: rejected.length,
    errors: rejected.slice(0, MAX_LISTED_EVENT_ERRORS),
    request_id: c.get("requestId"),
  };
  return c.json(response, rejected.length > 0 ? 207 : 200);
}

/** A key in the header is checked before the body is read; a beacon has its key in the body. */
async function receive(c: Context<ServingContext>): Promise<{ body: ReceivedBody; caller: Caller }> {
  const header = c.req.header("X-API-Key");
  const beacon = header === undefined ? await receiveBeacon(c.req.raw) : null;
  const key = await acceptKey(c, header ?? beacon?.credentials.apiKey, "events");
  if (beacon && !key.browser) throw new ServingError(401, "Send a secret key in X-API-Key");
  const body = beacon ?? (await receiveEvents(c.req.raw));
  return { body, caller: await pageOf(c, key, "events", body.credentials.userToken) };
}

function isOfAnother({ detail }: RejectedEvent): boolean {
  return detail.some(({ type }) => type === WRONG_USER);
}

const NOTHING: AppendResult = { accepted: 0, duplicates: 0 };

/** The problems of one event, their places within the list. */
function withPosition({ position, detail }: RejectedEvent) {
  return detail.map((problem) => ({ ...problem, loc: ["body", position, ...problem.loc.slice(1)] }));
}

const RETRY_SOON = { "Retry-After": "1" };

async function store(
  { shards, logError }: EventsRouteDeps,
  projectId: number,
  events: Parameters<EventShards["append"]>[1],
): Promise<AppendResult> {
  try {
    return await shards.append(projectId, events);
  } catch (error) {
    if (!(error instanceof EventsNotStored)) throw error;
    logError("events_not_stored", error.cause ?? error);
    const detail = "Not all events could be stored. Send them again: events with an event_id count once.";
    throw new ServingError(503, detail, RETRY_SOON);
  }
}
