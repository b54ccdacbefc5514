/** Lists of Gorse's addresses: the same recommendations as those of `/v1`, as ids or with scores. */
import * as z from "zod";
import { PLATFORM_EVENT_TYPES, STORED_TYPE_FORM, STORED_TYPE_TEXT } from "#contract/event-type.ts";
import { MAX_EVENTS, MAX_EXCLUDED_ITEMS } from "#contract/limits.ts";
import type { CountedItem } from "#engine/serve/popular-now.ts";
import type {
  RecommendationList,
  RecommendationRequest,
  RecommendedItem,
} from "#engine/serve/recommendation.ts";
import { jsonAnswer } from "../http/answer.ts";
import { type CountedBy, LAST_WEEK } from "../memory/counted-by.ts";
import { callOf } from "../routes/call-of.ts";
import { READ } from "../routes/catalogue-key.ts";
import { userFor } from "../serving/caller.ts";
import type { UserAct } from "../serving/event-rules.ts";
import { feedbackBody, readBody, timeOf } from "./gorse-body.ts";
import {
  callerOf,
  fieldsOf,
  type GorseCaller,
  type GorseContext,
  type GorseDeps,
  type GorseHandler,
  idOf,
} from "./gorse-call.ts";
import { GorseError } from "./gorse-error.ts";
import { storing } from "./gorse-feedback.ts";
import { categoriesOf, durationOf, type GorsePage, pageOf } from "./gorse-query.ts";
import { latestItems } from "./latest-items.ts";

interface ListAsked extends Omit<RecommendationRequest, "limit" | "offset"> {
  readonly page: GorsePage;
  readonly counted?: CountedBy;
  readonly acts?: readonly UserAct[];
  /** What a list without a model has in place of popular items. */
  readonly countsWithoutModel?: () => Promise<readonly CountedItem[]>;
}

interface Listed extends Pick<RecommendationList, "items" | "strategy"> {
  readonly isOfModel: boolean;
}

const NOTHING: Listed = { items: [], strategy: "popular", isOfModel: false };

/** The list of a request, in the categories of the address. Empty where no item has a category. */
async function listOf(c: GorseContext, projectId: number, asked: ListAsked): Promise<Listed> {
  const { page, counted, acts, countsWithoutModel, ...request } = asked;
  const serving = c.get("serving");
  const categories = categoriesOf(fieldsOf(c), c.req.param("category"));
  if (categories.length > 0 && !(await hasCategories(c, projectId))) return NOTHING;
  const names = categories.map(quoted).join(", ");
  const filter = categories.length > 0 ? { filter: `item.Categories contains all [${names}]` } : {};
  const call = {
    ...callOf(c, undefined, { ...filter, place: ["query"] }),
    // A list of what is popular, or near to an item, says so of each of its items.
    ...{
      explores: !counted && request.similar !== "only",
      ...(counted && { counted }),
      ...(acts && { acts }),
    },
  };
  const whole = { ...request, ...page, asScored: false };
  const served = await serving.recommend(projectId, whole, call);
  if (served) return { ...served, isOfModel: true };
  const counts = countsWithoutModel ? { counts: await countsWithoutModel() } : {};
  const { items, strategy } = await serving.recommendWithoutModel(projectId, whole, { ...call, ...counts });
  return { items, strategy, isOfModel: false };
}

async function hasCategories(c: GorseContext, projectId: number): Promise<boolean> {
  const serving = c.get("serving");
  const [files, written] = await Promise.all([
    serving.filesOf(projectId).then((known) => known.schema()),
    serving.columnsOf(projectId, null),
  ]);
  return [...files, ...written].some(({ name }) => name === "Categories");
}

/** A text in the language of rules. */
function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the language has no others.
  const escaped = text.replace(/["\\\u0000-\u001f]/g, (one) => {
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

const scored = ({ itemId, score }: RecommendedItem) => ({ Id: itemId, Score: score });

/** What the user of the query has feedback on, which a list for everybody leaves out. */
async function seenByQuery(c: GorseContext, { feedback, now }: GorseDeps, caller: GorseCaller) {
  const asked = fieldsOf(c).get("user-id") || undefined;
  const userId = asked === undefined ? undefined : userFor(caller, asked);
  return userId === undefined ? [] : feedback.itemsOf(caller.projectId, userId, now());
}

/** For a user. Feedback hides its item once its time has come, and so does what an earlier answer wrote back. */
export const recommendFor: GorseHandler = async (c, deps) => {
  const caller = await callerOf(c, ["predict"]);
  const fields = fieldsOf(c);
  const page = pageOf(fields);
  const type = fields.get("write-back-type");
  const delay = durationOf(fields.get("write-back-delay") ?? "");
  if (type && !caller.key.scopes.includes("events")) {
    throw new GorseError(403, "The key needs the scope 'events' to write back");
  }
  if (type && (!STORED_TYPE_FORM.test(type) || PLATFORM_EVENT_TYPES.includes(type))) {
    throw new GorseError(400, `write-back-type: ${STORED_TYPE_TEXT}`);
  }
  const userId = userFor(caller, idOf(c, "user"));
  const exclude = await deps.feedback.itemsOf(caller.projectId, userId, deps.now());
  const { items: list } = await listOf(c, caller.projectId, {
    page,
    userId,
    exclude,
    similar: "after_profile",
  });
  if (type && list.length > 0) await writeBack(deps, caller.projectId, { userId, type, delay, list });
  const isScored = c.req.header("X-API-Version") === "2";
  return jsonAnswer(isScored ? list.map(scored) : list.map(({ itemId }) => itemId));
};

interface WrittenBack {
  readonly userId: string;
  readonly type: string;
  /** Milliseconds. */
  readonly delay: number;
  readonly list: readonly RecommendedItem[];
}

/** What was shown is no event: it says nothing of what the user wants. */
function writeBack(
  deps: GorseDeps,
  projectId: number,
  { userId, type, delay, list }: WrittenBack,
): Promise<void> {
  const now = deps.now();
  const time = Math.max(0, now + delay);
  const rows = list.map(({ itemId }) => {
    return { type, userId, itemId, value: 0, time, updated: now, comment: "", received: null };
  });
  return storing(deps, () => deps.feedback.note(projectId, rows));
}

/** For what somebody did just now. */
export const recommendForSession: GorseHandler = async (c) => {
  const { projectId } = await callerOf(c, ["predict"]);
  const page = pageOf(fieldsOf(c));
  const bodies = await readBody(c.req.raw, z.array(feedbackBody), "[]server.Feedback");
  if (bodies.length > Math.min(MAX_EVENTS, MAX_EXCLUDED_ITEMS)) {
    throw new GorseError(
      413,
      `A session has at most ${MAX_EVENTS} entries of feedback, not ${bodies.length}`,
    );
  }
  const acts = bodies.map(({ FeedbackType: type, ItemId: itemId, Value, Timestamp }) => {
    return { itemId, type, at: timeOf(Timestamp), ...(typeof Value === "number" && { value: Value }) };
  });
  const exclude = acts.map(({ itemId }) => itemId);
  const { items } = await listOf(c, projectId, { page, acts, exclude, similar: "after_profile" });
  return jsonAnswer(items.map(scored));
};

/** By the live model; before the first training by the users that items share. */
export const itemNeighbors: GorseHandler = async (c, deps) => {
  const caller = await callerOf(c, ["predict"]);
  const itemId = idOf(c, "item");
  const exclude = await seenByQuery(c, deps, caller);
  const { items, strategy, isOfModel } = await listOf(c, caller.projectId, {
    ...{ page: pageOf(fieldsOf(c)), itemIds: [itemId], exclude, similar: "only" },
    countsWithoutModel: () => together(c, deps, caller.projectId, itemId),
  });
  return jsonAnswer(items.filter(isOfModel ? isNear(strategy) : isShared).map(scored));
};

/** What the model has no opinion of is no neighbour. */
const isNear =
  (strategy: Listed["strategy"]) =>
  ({ isFilled, isPopularNow, isNew }: RecommendedItem): boolean =>
    strategy !== "popular" && !(isFilled || isPopularNow || isNew);

/** Without a model all but the shared items is the tail of the list. */
const isShared = ({ isPopularNow }: RecommendedItem): boolean => isPopularNow === true;

async function together(c: GorseContext, { feedback }: GorseDeps, projectId: number, itemId: string) {
  const settings = await c.get("serving").eventSettingsOf(projectId);
  const found = await feedback.together(projectId, itemId, settings?.weights);
  return found.map(({ itemId: id, score }) => ({ itemId: id, count: score }));
}

export const userNeighbors: GorseHandler = async (c, { feedback }) => {
  const { projectId } = await callerOf(c, READ);
  const { limit, offset } = pageOf(fieldsOf(c));
  const found = await feedback.neighbours(projectId, idOf(c, "user"), offset + limit);
  return jsonAnswer(found.slice(offset).map(({ userId, score }) => ({ Id: userId, Score: score })));
};

/** The newest items; their score is their time in seconds. */
export const latest: GorseHandler = async (c, deps) => {
  const caller = await callerOf(c, ["predict"]);
  const fields = fieldsOf(c);
  const { view } = await deps.written.of(caller.projectId);
  const items = latestItems(view, {
    ...pageOf(fields),
    categories: categoriesOf(fields, c.req.param("category")),
    exclude: new Set(await seenByQuery(c, deps, caller)),
  });
  return jsonAnswer(items.map(({ itemId, newAt }) => ({ Id: itemId, Score: Math.floor(newAt / 1_000) })));
};

export const popular: GorseHandler = (c, deps) => crowd(c, deps, "count");

/** The lists that everybody gets, by name. There are no others. */
export const nonPersonalized: GorseHandler = async (c, deps) => {
  const name = c.req.param("name");
  if (name === "latest") return latest(c, deps);
  if (name === "popular" || name === "trending")
    return crowd(c, deps, name === "popular" ? "count" : "growth");
  await callerOf(c, ["predict"]);
  return jsonAnswer([]);
};

async function crowd(c: GorseContext, deps: GorseDeps, order: CountedBy["order"]): Promise<Response> {
  const caller = await callerOf(c, ["predict"]);
  const page = pageOf(fieldsOf(c));
  const exclude = await seenByQuery(c, deps, caller);
  const counted = { ...LAST_WEEK, order };
  const { items } = await listOf(c, caller.projectId, { page, exclude, counted });
  return jsonAnswer(items.map(scored));
}
