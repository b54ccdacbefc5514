import { recommend } from "#engine/serve/recommend.ts";
import type { RecommendedItem } from "#engine/serve/recommendation.ts";
import { openServable } from "../files/model-file.ts";
import { KEY_OPTIONS, modelKeysOf } from "../files/model-keys.ts";
import { featuresOfJson, featuresOfUser, withItemsOf } from "../files/newcomers.ts";
import { listOf, parseOptions, required, wholeNumber } from "../options/command-line.ts";
import { FEATURE_OPTIONS, featureSettingsOf } from "../options/feature-options.ts";
import { UsageError } from "../options/usage-error.ts";
import { type Command, writeResult } from "../terminal/command.ts";
import { createProgress } from "../terminal/progress.ts";
import { textTable } from "../terminal/text-table.ts";

const OPTIONS = {
  model: { type: "string", value: "FILE", help: "a model file written by train" },
  user: { type: "string", value: "ID", help: "a user of the training data" },
  items: {
    type: "string",
    value: "a,b,c",
    help: "items that the user likes; with --user, in addition to the known ones",
  },
  "item-features": FEATURE_OPTIONS["item-features"],
  "item-features-id": FEATURE_OPTIONS["item-features-id"],
  "user-features": FEATURE_OPTIONS["user-features"],
  "user-features-id": FEATURE_OPTIONS["user-features-id"],
  properties: { type: "string", value: "JSON", help: `properties of a person, e.g. '{"age": 31}'` },
  limit: { type: "string", value: "10", help: "how many" },
  explain: {
    type: "string",
    value: "N",
    help: "for each item, the N known items that contribute most to its score",
  },
  ...KEY_OPTIONS,
  json: { type: "boolean", help: "print one JSON object" },
} as const;

const MAX_LIMIT = 100_000;

export const recommendCommand: Command = {
  name: "recommend",
  summary: "recommend to a known user, or to somebody who likes some items",
  usage: "--model FILE (--user ID | --items a,b,c | --properties JSON) [--limit 10]",
  options: OPTIONS,
  notes:
    "Items that the user has seen are left out. If the model has no opinion of enough items, the most popular ones fill the list. Items of --item-features that the model does not know are recommended by their properties, as far as the model reads them; so are people of --user-features or --properties.",
  async run(args, io) {
    const values = parseOptions(args, OPTIONS);
    const path = required("model", values.model);
    const limit = wholeNumber("limit", values.limit ?? "10", 1, MAX_LIMIT);
    const reasons =
      values.explain === undefined ? null : wholeNumber("explain", values.explain, 1, MAX_LIMIT);
    const { user } = values;
    const itemIds = values.items === undefined ? [] : listOf("items", values.items);
    if (user === undefined && itemIds.length === 0 && values.properties === undefined) {
      throw new UsageError("Name a user or items: --user ID, or --items a,b,c.");
    }
    const known = await openServable(path, modelKeysOf(io.env, values["unsigned-key"] ?? false));
    const { item, user: people } = featureSettingsOf(values);
    const progress = createProgress(io.stderr);
    const servable = item ? await withItemsOf(known, item, progress) : known;
    const features =
      values.properties !== undefined
        ? featuresOfJson(known, values.properties)
        : people && user !== undefined
          ? await featuresOfUser(known, user, people, progress)
          : undefined;
    const unknownItems = itemIds.filter((id) => servable.items.indexOf(id) < 0);
    const isUnknownUser = user !== undefined && !features && servable.users.indexOf(user) < 0;
    if (isUnknownUser) io.stderr.write(`The model does not know the user "${user}".\n`);
    if (unknownItems.length > 0)
      io.stderr.write(`The model does not know the items ${unknownItems.join(", ")}.\n`);
    const request = {
      itemIds,
      offset: 0,
      limit,
      ...(user !== undefined && { userId: user }),
      ...(reasons !== null && { reasons }),
      ...(features && { features }),
    };
    const { strategy, items, total } = recommend(servable, request);
    const result = {
      user: user ?? null,
      strategy,
      items: items.map(({ itemId, score, isFilled, reasons: because }, at) => ({
        rank: at + 1,
        item_id: itemId,
        score,
        ...(isFilled && { filled: true }),
        ...(because && { because: because.map(toReason) }),
      })),
      total,
      unknown_items: unknownItems,
    };
    writeResult(io, values.json ?? false, result, () => itemTable(result.items));
  },
};

interface RankedItem {
  readonly rank: number;
  readonly item_id: string;
  readonly score: number;
  readonly filled?: boolean;
  readonly because?: readonly ReturnType<typeof toReason>[];
}

function toReason(reason: NonNullable<RecommendedItem["reasons"]>[number]) {
  if (!("itemId" in reason)) return reason;
  const { itemId, ...weight } = reason;
  return { item_id: itemId, ...weight };
}

function nameOf(reason: ReturnType<typeof toReason>): string {
  return "item_id" in reason ? reason.item_id : `${reason.column}: ${reason.value}`;
}

/** Ranked items as lines, with the reasons for each item if `--explain` asks for them. */
export function itemTable(items: readonly RankedItem[]): string {
  return textTable(
    items.map(({ rank, item_id: id, score, filled = false, because }) => [
      `${rank}.`,
      id,
      filled ? "popular" : score.toPrecision(4),
      ...(because
        ? [because.map((one) => `${nameOf(one)} ${Math.round(100 * one.share)} %`).join(", ")]
        : []),
    ]),
  );
}
