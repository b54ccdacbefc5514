/** Items of Gorse's addresses: rows of the item shelf. Categories, labels and comment are properties. */
import * as z from "zod";
import { bulkItem, type ItemResponse } from "#contract/item.ts";
import { MAX_BULK_ITEMS } from "#contract/limits.ts";
import type { ShelfRow } from "#jobs/item-shelf/shelf-row.ts";
import { jsonAnswer } from "../http/answer.ts";
import { cleanedId } from "../http/cleaned-id.ts";
import { parsePart } from "../http/validation.ts";
import type { AskedWrite } from "../items/items.ts";
import { problemOf, writeOf } from "../items/read-items.ts";
import { READ, WRITE } from "../routes/catalogue-key.ts";
import {
  type ItemBody,
  type ItemPatch,
  itemBody,
  itemPatch,
  readBody,
  timeOf,
  timeText,
} from "./gorse-body.ts";
import { callerOf, fieldsOf, type GorseDeps, type GorseHandler, idOf } from "./gorse-call.ts";
import { GorseError, notFound } from "./gorse-error.ts";
import { cursorOf, cursorText, pageOf } from "./gorse-query.ts";
import { labelsOf, propertiesOfLabels, replacedLabels } from "./labels.ts";

/** Of an item that has no time. */
const NO_TIME = "0001-01-01T00:00:00Z";
const LISTED_AT_ONCE = 1_000;
/** Calls of the shelf for one page: rows of deleted items are passed over. */
const MAX_CALLS = 20;

type Properties = Readonly<Record<string, unknown>>;

/** One item, or a list: all or none. */
export const putItems: GorseHandler = async (c, { items }) => {
  const { projectId } = await callerOf(c, WRITE);
  const isList = /\/items\/?$/.test(c.req.path);
  const bodies = isList
    ? await readBody(c.req.raw, z.array(itemBody), "[]server.Item")
    : [await readBody(c.req.raw, itemBody, "server.Item")];
  if (bodies.length > MAX_BULK_ITEMS) {
    throw new GorseError(413, `A request has at most ${MAX_BULK_ITEMS} items, not ${bodies.length}`);
  }
  await store(items, projectId, bodies.map(toWrite));
  return jsonAnswer({ RowAffected: bodies.length });
};

/** Writes all or none. Throws a 400 `GorseError` for what the shelf refuses. */
async function store(
  items: GorseDeps["items"],
  projectId: number,
  writes: readonly AskedWrite[],
): Promise<void> {
  const results = await items.write(projectId, writes, true);
  for (const [at, result] of results.entries()) {
    const write = writes[at];
    if (result.ok || !write) continue;
    throw new GorseError(400, `${write.itemId}: ${problemOf(result.refusal, write).msg}`);
  }
}

function toWrite({ ItemId, IsHidden, Categories, Timestamp, Labels, Comment }: ItemBody): AskedWrite {
  const itemId = cleanedId(ItemId, ["body", "ItemId"]);
  const properties = {
    ...(Categories && { Categories }),
    ...propertiesOfLabels(Labels),
    ...(Comment && { Comment }),
  };
  return checked(itemId, { properties, hidden: IsHidden ?? false }, Timestamp, "replace");
}

function checked(
  itemId: string,
  body: { readonly properties: Properties; readonly hidden?: boolean },
  timestamp: string | null | undefined,
  kind: "replace" | "merge",
): AskedWrite {
  const createdAt = timeOf(timestamp);
  const whole = { item_id: itemId, ...body, ...(createdAt !== null && { created_at: timeText(createdAt) }) };
  const { item_id: _, deleted: __, ...rest } = parsePart(bulkItem, whole, "body", [itemId]);
  return writeOf(itemId, rest, kind);
}

export const getItem: GorseHandler = async (c, { items }) => {
  const { projectId } = await callerOf(c, READ);
  return jsonAnswer(toItem(await found(items, projectId, idOf(c, "item"))));
};

async function found(items: GorseDeps["items"], projectId: number, itemId: string): Promise<ItemResponse> {
  const item = await items.find(projectId, itemId);
  if (!item) throw notFound(itemId, "item");
  return item;
}

export const patchItem: GorseHandler = async (c, { items }) => {
  const { projectId } = await callerOf(c, WRITE);
  const itemId = idOf(c, "item");
  const body = await readBody(c.req.raw, itemPatch, "data.ItemPatch");
  const { properties } = await found(items, projectId, itemId);
  await store(items, projectId, [patchOf(itemId, properties, body)]);
  return jsonAnswer({ RowAffected: 1 });
};

function patchOf(itemId: string, before: Properties, body: ItemPatch): AskedWrite {
  const { IsHidden, Categories, Timestamp, Labels, Comment } = body;
  const properties = {
    ...(Categories !== undefined && { Categories }),
    ...(Labels !== undefined && replacedLabels(before, Labels)),
    ...(Comment !== undefined && { Comment: Comment || null }),
  };
  const hidden = typeof IsHidden === "boolean" ? { hidden: IsHidden } : {};
  return checked(itemId, { properties, ...hidden }, Timestamp, "merge");
}

/** Also the feedback on the item, with its events. */
export const deleteItem: GorseHandler = async (c, { items, feedback }) => {
  const { projectId } = await callerOf(c, ["write"]);
  const itemId = idOf(c, "item");
  // An item that nothing has is deleted, too.
  await items.write(projectId, [{ kind: "delete", itemId }], true);
  const { isDone } = await feedback.remove(projectId, { itemId });
  if (!isDone)
    throw new GorseError(503, "The item is deleted, and a part of its feedback. Send the call again.");
  return jsonAnswer({ RowAffected: 1 });
};

/** Adds a category to an item, or takes it away. */
export const changeCategory =
  (isThere: boolean): GorseHandler =>
  async (c, { items }) => {
    const { projectId } = await callerOf(c, WRITE);
    const itemId = idOf(c, "item");
    const category = c.req.param("category") ?? "";
    const { properties } = await found(items, projectId, itemId);
    const others = (categoriesOf(properties) ?? []).filter((one) => one !== category);
    const body = { Categories: isThere ? [...others, category] : others, Labels: undefined };
    await store(items, projectId, [patchOf(itemId, properties, body)]);
    return jsonAnswer({ RowAffected: 1 });
  };

/** Written items in the order of their ids; `q` is a part of the id or of the properties. */
export const listItems: GorseHandler = async (c, deps) => {
  const { projectId } = await callerOf(c, READ);
  const fields = fieldsOf(c);
  const { limit } = pageOf(fields);
  const rows: ShelfRow[] = [];
  let [after = null] = cursorOf(fields, 1) ?? [];
  let isEnd = false;
  for (let call = 0; call < MAX_CALLS && !isEnd && rows.length <= limit; call++) {
    const query = {
      text: fields.get("q") ?? "",
      state: null,
      limit: Math.min(LISTED_AT_ONCE, limit + 1),
      after,
    };
    const listed = await deps.shelf(projectId).list(query);
    isEnd = listed.length < query.limit;
    after = listed.at(-1)?.itemId ?? after;
    rows.push(...listed.filter(({ state }) => state !== "deleted"));
  }
  const page = rows.slice(0, limit);
  const Items = await Promise.all(page.map(async (row) => toItem(await deps.items.describe(projectId, row))));
  const last = rows.length > limit ? page.at(-1)?.itemId : isEnd ? undefined : after;
  return jsonAnswer({ Cursor: last ? cursorText([last]) : "", Items });
};

function toItem({ item_id, hidden, created_at, properties }: ItemResponse) {
  return {
    ItemId: item_id,
    IsHidden: hidden,
    Categories: categoriesOf(properties),
    Timestamp: created_at === null ? NO_TIME : timeText(created_at),
    Labels: labelsOf(properties),
    Comment: properties.Comment ?? "",
  };
}

function categoriesOf({ Categories }: Properties): string[] | null {
  if (Categories === undefined || Categories === null) return null;
  return Array.isArray(Categories) ? Categories.map(String) : [String(Categories)];
}
