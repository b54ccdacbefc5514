import { similarItems } from "#engine/serve/similar-items.ts";
import { openServable } from "../files/model-file.ts";
import { KEY_OPTIONS, modelKeysOf } from "../files/model-keys.ts";
import { parseOptions, required, wholeNumber } from "../options/command-line.ts";
import { UsageError } from "../options/usage-error.ts";
import { type Command, writeResult } from "../terminal/command.ts";
import { itemTable } from "./recommend.ts";

const OPTIONS = {
  model: { type: "string", value: "FILE", help: "a model file written by train" },
  item: { type: "string", value: "ID", help: "an item of the training data" },
  limit: { type: "string", value: "10", help: "how many" },
  ...KEY_OPTIONS,
  json: { type: "boolean", help: "print one JSON object" },
} as const;

const MAX_LIMIT = 100_000;

export const similarCommand: Command = {
  name: "similar",
  summary: "list the items that are most similar to an item",
  usage: "--model FILE --item ID [--limit 10]",
  options: OPTIONS,
  notes:
    "Items without a similarity in the model are left out, such as items that no user has together with it.",
  async run(args, io) {
    const values = parseOptions(args, OPTIONS);
    const path = required("model", values.model);
    const id = required("item", values.item);
    const limit = wholeNumber("limit", values.limit ?? "10", 1, MAX_LIMIT);
    const servable = await openServable(path, modelKeysOf(io.env, values["unsigned-key"] ?? false));
    const itemIndex = servable.items.indexOf(id);
    if (itemIndex < 0) throw new UsageError(`${path}: the model does not know the item "${id}".`);
    const items = similarItems(servable, itemIndex, limit).map(({ itemId, score }, at) => ({
      rank: at + 1,
      item_id: itemId,
      score,
    }));
    writeResult(io, values.json ?? false, { item: id, items }, () => itemTable(items));
  },
};
