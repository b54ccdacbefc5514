/** The events of a request's body, in its three forms: one object, a list, or lines of JSON. */
import { MAX_EVENTS, MAX_EVENTS_BODY_BYTES } from "#contract/limits.ts";
import { ServingError } from "../http/errors.ts";
import { parseJson, readText } from "../http/validation.ts";

/** One event of a body, not yet checked. */
export interface ReceivedEvent {
  readonly position: number;
  /** For lines: from 1. */
  readonly line?: number;
  /** The parsed event. Throws a 422 `ServingError` for a line that is no JSON. */
  readonly read: () => unknown;
}

export interface ReceivedBody {
  /** Whether the body is one event, whose refusal is that of the request. */
  readonly isSingle: boolean;
  readonly events: readonly ReceivedEvent[];
}

const NDJSON = /^application\/(?:x-)?(?:ndjson|jsonl|json-?lines)\b/i;

/** Throws 413 for a body or list that is too long, 422 for a body that is no JSON or has no events. */
export async function receiveEvents(request: Request): Promise<ReceivedBody> {
  const text = await readText(request, MAX_EVENTS_BODY_BYTES);
  if (NDJSON.test(request.headers.get("content-type") ?? "")) return nonEmpty(ofLines(text));
  const body = parseJson(text);
  const list = listOf(body);
  if (list === null) return { isSingle: true, events: [{ position: 0, read: () => body }] };
  if (list.length > MAX_EVENTS) {
    throw new ServingError(413, `A list has at most ${MAX_EVENTS} events; send more as lines (NDJSON)`);
  }
  return nonEmpty(list.map((event, position) => ({ position, read: () => event })));
}

/** The list in a body; null for one event. */
function listOf(body: unknown): readonly unknown[] | null {
  if (Array.isArray(body)) return body;
  if (typeof body !== "object" || body === null || !("events" in body)) return null;
  if (Array.isArray(body.events) && Object.keys(body).length === 1) return body.events;
  const msg = "Send one event, a list of events, or an object with the list `events` alone";
  throw new ServingError(422, [{ type: "value_error", loc: ["body", "events"], msg, input: null }]);
}

function ofLines(text: string): ReceivedEvent[] {
  const events: ReceivedEvent[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    events.push({ position: events.length, line: at + 1, read: () => parseJson(line) });
  }
  return events;
}

function nonEmpty(events: readonly ReceivedEvent[]): ReceivedBody {
  if (events.length > 0) return { isSingle: false, events };
  throw new ServingError(422, [{ type: "missing", loc: ["body"], msg: "There is no event", input: null }]);
}
