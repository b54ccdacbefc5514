/** Feedback of Gorse's addresses: events that are marked as feedback, and the rows that they add up to. */
import * as z from "zod";
import { MAX_EVENTS } from "#contract/limits.ts";
import type { FeedbackRow } from "#jobs/event-shard/feedback.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { EventsNotStored } from "../events/event-shards.ts";
import type { FeedbackFilter } from "../events/feedback.ts";
import { readForeignEvents } from "../events/read-events.ts";
import { jsonAnswer } from "../http/answer.ts";
import { ServingError } from "../http/errors.ts";
import { WRITE } from "../routes/catalogue-key.ts";
import { type FeedbackBody, feedbackBody, readBody, timeOf, timeText } from "./gorse-body.ts";
import {
  callerOf,
  fieldsOf,
  type GorseContext,
  type GorseDeps,
  type GorseHandler,
  idOf,
} from "./gorse-call.ts";
import { GorseError } from "./gorse-error.ts";
import { cursorOf, cursorText, pageOf } from "./gorse-query.ts";

const READ = ["read", "write"] as const;
/** Rows of a user or an item in one answer, which has no pages. */
const MAX_ROWS = 10_000;
const NOT_STORED = "Not all feedback could be stored. Send it again with the same Idempotency-Key.";

/** `POST` adds the values of what is there already up, `PUT` replaces it. */
export const putFeedback =
  (isReplacing: boolean): GorseHandler =>
  async (c, deps) => {
    const { projectId, userId, key: record } = await callerOf(c, ["events"]);
    const bodies = await readBody(c.req.raw, z.array(feedbackBody), "[]server.Feedback");
    if (bodies.length > MAX_EVENTS) {
      throw new GorseError(
        413,
        `A request has at most ${MAX_EVENTS} entries of feedback, not ${bodies.length}`,
      );
    }
    const key = isReplacing ? undefined : c.req.header("Idempotency-Key");
    const events = await eventsOf(bodies, { now: deps.now(), onlyUser: userId, key });
    // Who may not write items sends events of items that nothing has, as everywhere.
    if (WRITE.some((scope) => record.scopes.includes(scope))) await addItems(deps, projectId, events);
    await storing(deps, () =>
      isReplacing
        ? deps.feedback.replace(projectId, newestOf(events))
        : deps.shards.append(projectId, events),
    );
    c.get("metered").events = events.length;
    return jsonAnswer({ RowAffected: bodies.length });
  };

interface ReadOptions {
  readonly now: number;
  readonly onlyUser: string | null;
  /** Of the request, if it may come twice. */
  readonly key: string | undefined;
}

/** Throws a 400 `GorseError` that names the first wrong entry. */
async function eventsOf(bodies: readonly FeedbackBody[], options: ReadOptions): Promise<StoredEvent[]> {
  const { now, onlyUser, key } = options;
  const marks = bodies.map((body) => markOf(body, now));
  const ids = key === undefined ? [] : await idsOf(key, bodies.length);
  const received = bodies.map(({ FeedbackType, UserId, ItemId, Value }, position) => ({
    position,
    read: () => ({
      ...{ type: FeedbackType, user_id: UserId, item_id: ItemId, value: Value },
      // What counts later is an event of now.
      time: timeText(Math.min(marks[position]?.at ?? now, now)),
      event_id: ids[position],
    }),
  }));
  const { events, rejected } = readForeignEvents(received, now, onlyUser);
  const [first] = rejected;
  if (first) throw new GorseError(400, `entry ${first.position}: ${problemText(first.detail)}`);
  return events.map((event, at) => ({ ...event, feedback: marks[at] ?? { at: now, updated: now } }));
}

const NAMES: Readonly<Record<string, string>> = {
  ...{ type: "FeedbackType", user_id: "UserId", item_id: "ItemId", value: "Value", time: "Timestamp" },
};

function problemText(detail: readonly { readonly loc: readonly unknown[]; readonly msg: string }[]): string {
  const [problem] = detail;
  const field = String(problem?.loc.at(-1));
  return `${NAMES[field] ?? field}: ${problem?.msg}`;
}

/** Of a comment, UTF-16 code units: with it an event must fit its row. */
const MAX_COMMENT = 4_096;

function markOf({ Timestamp, Updated, Comment }: FeedbackBody, now: number) {
  const at = timeOf(Timestamp) ?? now;
  if (Comment && Comment.length > MAX_COMMENT) {
    throw new GorseError(400, `A comment has at most ${MAX_COMMENT} characters, not ${Comment.length}`);
  }
  return { at, updated: timeOf(Updated) ?? at, ...(Comment && { comment: Comment }) };
}

/** An id for each entry of a request that may be sent again. */
async function idsOf(key: string, count: number): Promise<string[]> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
  const hash = [...digest.subarray(0, 20)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return Array.from({ length: count }, (_, at) => `gorse-${hash}-${at}`);
}

/** The last event of each type, user and item. */
function newestOf(events: readonly StoredEvent[]): StoredEvent[] {
  return [
    ...new Map(events.map((one) => [JSON.stringify([one.type, one.user_id, one.item_id]), one])).values(),
  ];
}

/** Writes items that nothing has. A deleted one stays deleted. */
async function addItems(
  { shelf, items }: GorseDeps,
  projectId: number,
  events: readonly StoredEvent[],
): Promise<void> {
  const itemIds = [...new Set(events.map(({ item_id: itemId }) => itemId))];
  if (itemIds.length === 0) return;
  const rows = await shelf(projectId).find(itemIds);
  const unwritten = itemIds.filter((_, at) => rows[at] === null);
  const missing: string[] = [];
  for (const itemId of unwritten) if ((await items.find(projectId, itemId)) === null) missing.push(itemId);
  if (missing.length === 0) return;
  // Since when they exist is not known.
  const writes = missing.map((itemId) => {
    return { kind: "replace" as const, itemId, properties: {}, isHidden: null, createdAt: 0 };
  });
  for (const result of await items.write(projectId, writes, true)) {
    if (!result.ok && result.refusal.code === "full") throw new GorseError(400, result.refusal.message);
  }
}

/** What `work` cannot store is a 503 to be sent again. */
export async function storing({ logError }: GorseDeps, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof EventsNotStored)) throw error;
    logError("feedback_not_stored", error.cause ?? error);
    throw new ServingError(503, NOT_STORED, { "Retry-After": "1" });
  }
}

/** All feedback of the project, or of a type, in pages. */
export const listFeedback: GorseHandler = async (c, { feedback }) => {
  const { projectId } = await callerOf(c, READ);
  const fields = fieldsOf(c);
  const { limit } = pageOf(fields);
  const cursor = cursorOf(fields, 3);
  const [type = "", userId = "", itemId = ""] = cursor ?? [];
  const after = cursor ? { type, userId, itemId } : null;
  const { rows, hasMore } = await feedback.page(projectId, filterOf(c), { after, limit });
  const last = hasMore ? rows.at(-1) : undefined;
  const Cursor = last ? cursorText([last.type, last.userId, last.itemId]) : "";
  return jsonAnswer({ Cursor, Feedback: rows.map(toFeedback) });
};

/** Feedback of a user, of an item or of both, of all types or of one. */
export const feedbackOf: GorseHandler = async (c, { feedback }) => {
  const { projectId } = await callerOf(c, READ);
  const rows: FeedbackRow[] = [];
  for (let hasMore = true; hasMore && rows.length < MAX_ROWS; ) {
    const page = { after: rows.at(-1) ?? null, limit: MAX_ROWS - rows.length };
    const listed = await feedback.page(projectId, filterOf(c), page);
    rows.push(...listed.rows);
    hasMore = listed.hasMore;
  }
  return jsonAnswer(rows.map(toFeedback));
};

/** One entry; an empty object where there is none. */
export const getFeedback: GorseHandler = async (c, { feedback }) => {
  const { projectId } = await callerOf(c, READ);
  const [row] = (await feedback.page(projectId, filterOf(c), { after: null, limit: 1 })).rows;
  return jsonAnswer(row ? toFeedback(row) : {});
};

export const deleteFeedback: GorseHandler = async (c, deps) => {
  const { projectId } = await callerOf(c, ["write"]);
  const { removed, isDone } = await deps.feedback.remove(projectId, filterOf(c));
  if (!isDone) throw new GorseError(503, "A part of the feedback is deleted. Send the call again.");
  return jsonAnswer({ RowAffected: removed });
};

function filterOf(c: GorseContext): FeedbackFilter {
  const type = c.req.param("type");
  return {
    ...(type !== undefined && { type }),
    ...(c.req.param("user") !== undefined && { userId: idOf(c, "user") }),
    ...(c.req.param("item") !== undefined && { itemId: idOf(c, "item") }),
  };
}

function toFeedback({ type, userId, itemId, value, time, updated, comment }: FeedbackRow) {
  return {
    ...{ FeedbackType: type, UserId: userId, ItemId: itemId, Value: value },
    ...{ Timestamp: timeText(time), Updated: timeText(updated), Comment: comment },
  };
}
