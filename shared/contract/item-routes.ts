/** The routes of serving by which applications write items and properties of users. */
import * as z from "zod";
import {
  bulkItemsQuery,
  bulkItemsRequest,
  bulkItemsResponse,
  itemChanges,
  itemDeleted,
  itemReplacement,
  itemResponse,
} from "./item.ts";
import { REFUSALS, type ServingRoute } from "./serving-route.ts";
import { userPropertiesRequest, userPropertiesResponse } from "./user-properties.ts";

const ITEM_REFUSALS = {
  "401": REFUSALS["401"],
  "403": "The key lacks the scope `items`",
  "422": REFUSALS["422"],
  "429": REFUSALS["429"],
  "503": "Files of the project cannot be read at the moment",
};

const ONE_ITEM = {
  path: "/v1/items/{item_id}",
  mayEndWithSlash: false,
  tag: "items",
  params: z.object({ item_id: z.string() }),
  refusals: ITEM_REFUSALS,
  needsKey: true,
} as const;

const ONE_USER = {
  path: "/v1/users/{user_id}",
  mayEndWithSlash: true,
  tag: "users",
  params: z.object({ user_id: z.string() }),
  refusals: {
    ...ITEM_REFUSALS,
    "503": "The user's event shard, or a file of the project, cannot be read at the moment",
  },
  needsKey: true,
} as const;

export const ITEM_ROUTES = {
  items: {
    method: "POST",
    path: "/v1/items",
    mayEndWithSlash: false,
    operationId: "items_write",
    summary: "Write many items",
    description:
      'A list of at most 1,000 items, `{"items": […]}`, or lines of JSON (`application/x-ndjson`), at most 5 MiB. An item\'s ' +
      "properties replace those it has, or with `mode=merge` change them. The answer comes after the items are stored for good; a " +
      "second later every filter sees them. A wrong item is named by its position and the others are taken, unless `atomic=true`.",
    tag: "items",
    params: z.object({}),
    query: bulkItemsQuery,
    body: bulkItemsRequest,
    answer: bulkItemsResponse,
    alsoAnswers: { status: "207", meaning: "Some items were rejected, and the others are stored" },
    refusals: {
      ...ITEM_REFUSALS,
      "413": "The body is longer than 5 MiB, or its list than 1,000 items",
      "422":
        "The wrong fields of the item, of all items with `atomic=true`, or of the body; nothing is stored",
    },
    needsKey: true,
  },
  item_replace: {
    method: "PUT",
    ...ONE_ITEM,
    operationId: "item_replace",
    summary: "Write an item as a whole",
    description:
      "The properties replace all that files or earlier requests say of the item. The item need not exist: a new one can be filtered, " +
      "pinned and popular at once. `hidden` stays as it is unless the request names it.",
    body: itemReplacement,
    answer: itemResponse,
  },
  item_change: {
    method: "PATCH",
    ...ONE_ITEM,
    operationId: "item_change",
    summary: "Change an item in part",
    description:
      'The properties are merged into those the item has, and null removes one. `{"hidden": true}` takes the item out of every list.',
    body: itemChanges,
    answer: itemResponse,
    refusals: { ...ONE_ITEM.refusals, "404": "Nothing has this item" },
  },
  item_retrieve: {
    method: "GET",
    ...ONE_ITEM,
    operationId: "item_retrieve",
    summary: "Read an item",
    answer: itemResponse,
    refusals: { ...ONE_ITEM.refusals, "404": "Nothing has this item" },
  },
  item_destroy: {
    method: "DELETE",
    ...ONE_ITEM,
    operationId: "item_destroy",
    summary: "Delete an item",
    description:
      "It is in no list and has no properties any more, whatever files and models say, until it is written again.",
    answer: itemDeleted,
    refusals: { ...ONE_ITEM.refusals, "404": "Nothing has this item" },
  },
  user_replace: {
    method: "PUT",
    ...ONE_USER,
    operationId: "user_replace",
    summary: "Write the properties of a user as a whole",
    description:
      "They replace all that files or earlier requests say of the user, and count in the next list: for rules, and for models that " +
      "know properties of users. The user need not exist.",
    body: userPropertiesRequest,
    answer: userPropertiesResponse,
  },
  user_change: {
    method: "PATCH",
    ...ONE_USER,
    operationId: "user_change",
    summary: "Change properties of a user",
    description: "They are merged into those the user has, and null removes one. The user need not exist.",
    body: userPropertiesRequest,
    answer: userPropertiesResponse,
  },
  user_retrieve: {
    method: "GET",
    ...ONE_USER,
    operationId: "user_retrieve",
    summary: "Read the properties of a user",
    answer: userPropertiesResponse,
    refusals: { ...ONE_USER.refusals, "404": "Nothing is known of this user" },
  },
} as const satisfies Readonly<Record<string, ServingRoute>>;
