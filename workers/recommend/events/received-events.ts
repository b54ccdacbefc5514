/** The events of a request's body, in its three forms: one object, a list, or lines of JSON. */
import { MAX_BEACON_BYTES, MAX_EVENTS, MAX_EVENTS_BODY_BYTES } from "#contract/limits.ts";
import { ServingError } from "../http/errors.ts";
import { isLines, linesOf, type Received } from "../http/received-list.ts";
import { parseJson, readText, shownInput } from "../http/validation.ts";

/** One event of a body, not yet checked. */
export type ReceivedEvent = Received;

export interface ReceivedBody {
  /** Whether the body is one event, whose refusal is that of the request. */
  readonly isSingle: boolean;
  readonly events: readonly ReceivedEvent[];
  readonly credentials: BodyCredentials;
}

/** What a beacon has in its body, since it has no headers. */
export interface BodyCredentials {
  readonly apiKey?: string | undefined;
  readonly userToken?: string | undefined;
}

/** Throws 413 for a body or list that is too long, 422 for a body that is no JSON or has no events. */
export async function receiveEvents(request: Request): Promise<ReceivedBody> {
  const text = await readText(request, MAX_EVENTS_BODY_BYTES);
  if (isLines(request)) return nonEmpty(linesOf(text));
  return ofBody(parseJson(text));
}

/** A body with the key of its sender; null for any other. Throws 413 for a longer one than a browser sends, 400 for one that breaks off. */
export async function receiveBeacon(request: Request): Promise<ReceivedBody | null> {
  const text = await readText(request, MAX_BEACON_BYTES);
  try {
    const received = ofBody(parseJson(text));
    return received.credentials.apiKey === undefined ? null : received;
  } catch (error) {
    // Nobody is known by such a body, so the refusal is that of a missing key.
    if (error instanceof ServingError) return null;
    throw error;
  }
}

function ofBody(body: unknown): ReceivedBody {
  const { list, ...credentials } = partsOf(body);
  if (list === null) return { isSingle: true, events: [{ position: 0, read: () => body }], credentials };
  if (list.length > MAX_EVENTS) {
    throw new ServingError(413, `A list has at most ${MAX_EVENTS} events; send more as lines (NDJSON)`);
  }
  const events = list.map((event, position) => ({ position, read: () => event }));
  return nonEmpty(events, credentials);
}

const ENVELOPE_FIELDS = ["events", "api_key", "user_token"];

/** The list in a body, null for one event, and what identifies its sender. */
function partsOf(body: unknown): BodyCredentials & { readonly list: readonly unknown[] | null } {
  if (Array.isArray(body)) return { list: body };
  if (typeof body !== "object" || body === null || !("events" in body)) return { list: null };
  const { events, api_key, user_token } = body as Record<string, unknown>;
  const isText = (value: unknown) => value === undefined || typeof value === "string";
  const isKnown = Object.keys(body).every((field) => ENVELOPE_FIELDS.includes(field));
  if (Array.isArray(events) && isKnown && isText(api_key) && isText(user_token)) {
    return { list: events, apiKey: api_key as string, userToken: user_token as string };
  }
  const msg = "Send one event, a list of events, or an object with the list `events` alone";
  throw new ServingError(422, [
    { type: "value_error", loc: ["body", "events"], msg, input: shownInput(events) },
  ]);
}

function nonEmpty(events: readonly ReceivedEvent[], credentials: BodyCredentials = {}): ReceivedBody {
  if (events.length > 0) return { isSingle: false, events, credentials };
  throw new ServingError(422, [{ type: "missing", loc: ["body"], msg: "There is no event", input: null }]);
}
