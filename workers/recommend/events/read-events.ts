/** Reads the events of a request, each for itself: a wrong one is named by its place and does not keep out the others. */

import { type EventRequest, eventRequest, foreignEventRequest, type RejectedEvent } from "#contract/event.ts";
import { PLATFORM_EVENT_TYPES, PLATFORM_METADATA } from "#contract/event-type.ts";
import type { ValidationProblem } from "#contract/inference.ts";
import { MAX_EVENT_BYTES, MAX_EVENT_LEAD_MS } from "#contract/limits.ts";
import { parseTime } from "#engine/data/read/parse-time.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { idText } from "#reading/clean-id.ts";
import { ServingError } from "../http/errors.ts";
import { isSameUser } from "../http/same-user.ts";
import { parsePart } from "../http/validation.ts";
import type { ReceivedEvent } from "./received-events.ts";

export interface ReadEvents {
  readonly events: readonly StoredEvent[];
  readonly rejected: readonly RejectedEvent[];
}

const encoder = new TextEncoder();
const CLAIMS: ReadonlySet<string> = new Set(PLATFORM_METADATA);

/** The type of the refusal of an event that is another user's. */
export const WRONG_USER = "wrong_user";

/**
 * @param now Epoch milliseconds.
 * @param onlyUser The user of a page; events of others are refused, and those of nobody are this user's. Null for a server.
 */
export function readEvents(
  received: Iterable<ReceivedEvent>,
  now: number,
  onlyUser: string | null = null,
): ReadEvents {
  return readAll(eventRequest, received, now, onlyUser);
}

/** The same for a client of another system, whose types of events may be any texts. */
export function readForeignEvents(
  received: Iterable<ReceivedEvent>,
  now: number,
  onlyUser: string | null,
): ReadEvents {
  return readAll(foreignEventRequest, received, now, onlyUser);
}

function readAll(
  schema: typeof eventRequest | typeof foreignEventRequest,
  received: Iterable<ReceivedEvent>,
  now: number,
  onlyUser: string | null,
): ReadEvents {
  const events: StoredEvent[] = [];
  const rejected: RejectedEvent[] = [];
  for (const { position, line, read } of received) {
    try {
      const request = parsePart(schema, withUser(read(), onlyUser), "body");
      if (onlyUser !== null && !isSameUser(request.user_id, onlyUser)) throw wrongUser(request);
      events.push(toStored(onlyUser === null ? request : withoutClaims(request), now));
    } catch (error) {
      if (!(error instanceof ServingError) || error.status !== 422) throw error;
      const detail = error.detail as ValidationProblem[];
      rejected.push({ position, ...(line === undefined ? {} : { line }), detail });
    }
  }
  return { events, rejected };
}

function withUser(raw: unknown, onlyUser: string | null): unknown {
  const isNamed = typeof raw !== "object" || raw === null || Array.isArray(raw) || "user_id" in raw;
  return onlyUser === null || isNamed ? raw : { ...raw, user_id: onlyUser };
}

function wrongUser({ user_id: input }: EventRequest): ServingError {
  const msg = "The user token is for another user";
  return new ServingError(422, [{ type: WRONG_USER, loc: ["body", "user_id"], msg, input }]);
}

/** An event of a page, without what only the platform knows of an answer. */
function withoutClaims({ metadata, ...event }: EventRequest): EventRequest {
  const own = Object.entries(metadata ?? {}).filter(([name]) => !CLAIMS.has(name));
  return own.length === 0 ? event : { ...event, metadata: Object.fromEntries(own) };
}

function toStored(request: EventRequest, now: number): StoredEvent {
  if (PLATFORM_EVENT_TYPES.includes(request.type)) {
    throw refusal("type", "The platform alone writes events of this type", request.type);
  }
  const { type, value, event_id, request_id, session_id, metadata } = request;
  const event: StoredEvent = {
    type,
    user_id: idOf(request, "user_id"),
    item_id: idOf(request, "item_id"),
    ...(value == null ? {} : { value }),
    time: timeOf(request, now),
    received: now,
    ...(event_id == null ? {} : { event_id }),
    ...(request_id == null ? {} : { request_id }),
    ...(session_id == null ? {} : { session_id }),
    ...(metadata == null ? {} : { metadata }),
  };
  if (type === "rating" && value == null) throw refusal("value", "A rating needs a value", null);
  refuseLong(event);
  return event;
}

/** Ids are cleaned as in files, so that events and files name the same users and items. */
function idOf(request: EventRequest, field: "user_id" | "item_id"): string {
  const id = idText(request[field], true);
  if (id !== null) return id;
  throw refusal(field, "The id is empty, or has a control character in it", request[field]);
}

function timeOf({ time }: EventRequest, now: number): number {
  if (time == null) return now;
  const ms = parseTime(time);
  if (Number.isNaN(ms)) throw refusal("time", "Not a time: send ISO 8601 or an epoch number", time);
  if (ms > now + MAX_EVENT_LEAD_MS) throw refusal("time", "The time is in the future", time);
  if (ms < 0) throw refusal("time", "The time is before 1970", time);
  return ms;
}

function refuseLong(event: StoredEvent): void {
  const bytes = encoder.encode(JSON.stringify(event)).length;
  if (bytes <= MAX_EVENT_BYTES) return;
  throw refusal("metadata", `The event has ${bytes} bytes, and ${MAX_EVENT_BYTES} are allowed`, null);
}

function refusal(field: keyof EventRequest, msg: string, input: unknown): ServingError {
  return new ServingError(422, [{ type: "value_error", loc: ["body", field], msg, input }]);
}
