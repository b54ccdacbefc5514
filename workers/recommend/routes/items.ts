import type { Context } from "hono";
import {
  type BulkItemsResponse,
  bulkItemsQuery,
  type ItemDeleted,
  itemChanges,
  itemReplacement,
  type RejectedItem,
} from "#contract/item.ts";
import { MAX_BULK_BODY_BYTES, MAX_BULK_ITEMS, MAX_LISTED_EVENT_ERRORS } from "#contract/limits.ts";
import { parseQuery } from "../http/address.ts";
import { jsonAnswer } from "../http/answer.ts";
import { cleanedId } from "../http/cleaned-id.ts";
import { ServingError } from "../http/errors.ts";
import { receiveList } from "../http/received-list.ts";
import { parsePart, readJson } from "../http/validation.ts";
import type { AskedWrite, Items } from "../items/items.ts";
import { type PlacedWrite, problemOf, readItems, type WriteKind, writeOf } from "../items/read-items.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import { projectOf, READ, WRITE } from "./catalogue-key.ts";
import type { RouteHandlers } from "./route.ts";

const FORM = {
  thing: "item",
  field: "items",
  maxBytes: MAX_BULK_BODY_BYTES,
  maxInList: MAX_BULK_ITEMS,
  maxLines: MAX_BULK_ITEMS,
};

/** The routes of one item, and of many. Keys of pages have no scope for them, so that no page of another origin calls them. */
export function itemRoutes(items: Items) {
  const replaceOrMerge = (kind: WriteKind): RouteHandlers => ({
    async handle(c) {
      const projectId = await projectOf(c, WRITE);
      const itemId = idOfPath(c);
      const schema = kind === "replace" ? itemReplacement : itemChanges;
      const body = parsePart(schema, await readJson(c.req.raw), "body");
      const row = await writeOne(items, projectId, writeOf(itemId, body, kind));
      return jsonAnswer(await items.describe(projectId, row));
    },
  });
  return {
    items: { handle: (c) => takeItems(items, c) },
    item_replace: replaceOrMerge("replace"),
    item_change: replaceOrMerge("merge"),
    item_retrieve: {
      async handle(c) {
        const projectId = await projectOf(c, READ);
        const item = await items.find(projectId, idOfPath(c));
        if (!item) throw unknownItem();
        return jsonAnswer(item);
      },
    },
    item_destroy: {
      async handle(c) {
        const projectId = await projectOf(c, WRITE);
        const { itemId } = await writeOne(items, projectId, { kind: "delete", itemId: idOfPath(c) });
        const answer: ItemDeleted = { item_id: itemId, deleted: true };
        return jsonAnswer(answer);
      },
    },
  } satisfies Record<string, RouteHandlers>;
}

function idOfPath(c: Context<ServingContext>): string {
  return cleanedId(c.req.param("item_id") ?? "", ["path", "item_id"]);
}

function unknownItem(): ServingError {
  return new ServingError(404, "The project has no such item");
}

async function writeOne(items: Items, projectId: number, write: AskedWrite) {
  const [result] = await items.write(projectId, [write], true);
  if (!result) throw new Error("the shelf answered nothing");
  if (result.ok) return result.row;
  if (result.refusal.code === "unknown") throw unknownItem();
  throw new ServingError(422, [problemOf(result.refusal, write)]);
}

async function takeItems(items: Items, c: Context<ServingContext>): Promise<Response> {
  const projectId = await projectOf(c, WRITE);
  const { mode, atomic } = parseQuery(c.req, bulkItemsQuery);
  const isAtomic = atomic === "true";
  const { isSingle, list } = await receiveList(c.req.raw, FORM);
  const { writes, rejected } = readItems(list, mode);
  refuse(rejected, isSingle, isAtomic);
  const results = await items.write(
    projectId,
    writes.map(({ write }) => write),
    isAtomic,
  );
  const stored = results.flatMap((result) => (result.ok ? [result] : []));
  const refused = writes.flatMap((placed, at) => {
    const result = results[at];
    return !result || result.ok ? [] : [rejectedBy(placed, problemOf(result.refusal, placed.write))];
  });
  refuse(refused, isSingle, isAtomic);
  const errors = [...rejected, ...refused].sort((a, b) => a.position - b.position);
  const answer: BulkItemsResponse = {
    accepted: stored.length,
    unchanged: stored.filter(({ isUnchanged }) => isUnchanged).length,
    rejected: errors.length,
    errors: errors.slice(0, MAX_LISTED_EVENT_ERRORS),
    request_id: c.get("requestId"),
  };
  return jsonAnswer(answer, errors.length > 0 ? 207 : 200);
}

function rejectedBy({ position, line }: PlacedWrite, problem: RejectedItem["detail"][number]): RejectedItem {
  return { position, ...(line === undefined ? {} : { line }), detail: [problem] };
}

/** Throws 422 if nothing may be stored for these. */
function refuse(rejected: readonly RejectedItem[], isSingle: boolean, isAtomic: boolean): void {
  const [first] = rejected;
  if (first && isSingle) throw new ServingError(422, first.detail);
  if (!first || !isAtomic) return;
  const problems = rejected.flatMap(({ position, detail }) =>
    detail.map((problem) => ({ ...problem, loc: ["body", position, ...problem.loc.slice(1)] })),
  );
  throw new ServingError(422, problems);
}
