/** A model keeps how the rows of its tables are encoded, and the features of its users. */
import { describe, expect, it } from "vitest";
import type { Section } from "#engine/artifact/section.ts";
import { historyBlockName, historyBlockOf, historyShapeOf } from "#engine/data/history-blocks.ts";
import { featureRow } from "#engine/data/side-features.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import { encodeTable, type FeatureTables } from "#engine/features/feature-tables.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { forgetUser, forgetUserInBlock } from "#engine/serve/forget-user.ts";
import { historyOfUser } from "#engine/serve/history-of-user.ts";
import { type ModelSectionOptions, modelSections, servableOf } from "#engine/serve/model-artifact.ts";
import type { FeatureColumn } from "../../../../shared/contract/feature-columns.ts";
import { fitted, tinyDataset } from "./tiny-world.ts";

const ITEM_COLUMNS: FeatureColumn[] = [
  { name: "title", type: "title" },
  { name: "year", type: "number" },
];
const USER_COLUMNS: FeatureColumn[] = [
  { name: "age", type: "number" },
  { name: "likes", type: "tags", separator: "|" },
];
const ITEMS: Record<string, FeatureRow> = {
  "1": { title: "Red moon", year: 1990 },
  "2": { title: "Red sun", year: 2001 },
  "9": { title: "Moon and sun", year: null },
};
const USERS: Record<string, FeatureRow> = {
  ann: { age: 31, likes: "jazz|tea" },
  bob: { age: 44, likes: "jazz" },
  cleo: { age: 27, likes: "tea" },
};

const dataset = await tinyDataset();
const tableOf = (columns: readonly FeatureColumn[], rows: Record<string, FeatureRow>, ids = dataset.items) =>
  encodeTable({ columns, rows: () => Object.values(rows), ids, findRow: (id) => rows[id] ?? null });
const tables: FeatureTables = {
  items: tableOf(ITEM_COLUMNS, ITEMS),
  users: tableOf(USER_COLUMNS, USERS, dataset.users),
};
const sectionsOf = (options: ModelSectionOptions = { tables }) =>
  modelSections(fitted(dataset, "TopPop"), dataset, options);
const artifactOf = (sections: readonly Section[]) => ({
  kind: "model",
  meta: { algorithm: "TopPop" },
  sections: [...sections],
});
const open = (sections: readonly Section[]) => servableOf(artifactOf(sections), createScalarKernels());

describe("the tables of a model", () => {
  it("encode new rows, and rows of the training, as the training did", () => {
    const { itemSpace, userSpace, userFeatures } = open(sectionsOf());
    const { items, users } = tables;
    if (!itemSpace || !userSpace || !userFeatures || !items || !users) throw new Error("a side is missing");
    const unseen = { title: "A red sun, unknown", year: "1995", colour: "blue" };
    expect(encodeRow(itemSpace, unseen)).toEqual(encodeRow(items.space, unseen));
    for (const [id, row] of Object.entries(ITEMS))
      expect(encodeRow(itemSpace, row)).toEqual(featureRow(items.matrix, dataset.items.indexOf(id)));
    for (const [id, row] of Object.entries(USERS))
      expect(featureRow(userFeatures, dataset.users.indexOf(id))).toEqual(encodeRow(userSpace, row));
    // Numbers below the mean are below 0, which weights of interactions never are.
    expect(userFeatures.values.some((value) => value < 0)).toBe(true);
  });

  it.each([
    ["items", { items: tables.items, users: null }, [true, false, false]],
    ["users", { items: null, users: tables.users }, [false, true, true]],
    ["neither", undefined, [false, false, false]],
  ] as const)("may be of %s alone", (_, given, present) => {
    const { itemSpace, userSpace, userFeatures } = open(sectionsOf({ tables: given }));
    expect([itemSpace, userSpace, userFeatures].map((part) => part !== null)).toEqual(present);
  });

  it.each<[string, (section: Section) => Section | null]>([
    ["a space is cut off", (one) => (one.name === "item-space.blocks" ? null : one)],
    ["an idf is missing", (one) => (/^item-space\.\d\.idf/.test(one.name) ? null : one)],
    ["the features of users are missing", (one) => (one.name.startsWith("user-features") ? null : one)],
    ["the space of users is missing", (one) => (one.name.startsWith("user-space") ? null : one)],
    [
      "a feature is not a number",
      (one) => (/user-features.*values/.test(one.name) ? { ...one, data: Float32Array.of(Number.NaN) } : one),
    ],
    [
      "a feature is beyond the space",
      (one) =>
        /user-features.*indices/.test(one.name)
          ? { ...one, data: (one.data as Uint32Array).map((index) => index + 100) }
          : one,
    ],
    [
      "there are features of another number of users",
      (one) => {
        if (one.name === "user-features.rows") return { ...one, data: Uint32Array.of(0, 2) };
        if (one.name === "user-features/0.indptr") return { ...one, data: one.data.slice(0, 3) };
        return one;
      },
    ],
  ])("are refused when %s", (_, damage) => {
    const damaged = sectionsOf()
      .map(damage)
      .filter((section) => section !== null);
    expect(() => open(damaged)).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
  });
});

describe("forgetting a user", () => {
  it("erases the features of the user, and no others", () => {
    const bob = dataset.users.indexOf("bob");
    const before = open(sectionsOf()).userFeatures;
    const rest = forgetUser(artifactOf(sectionsOf()), "bob") ?? [];
    const { userFeatures: after, itemSpace, userSpace } = open(rest);
    if (!before || !after) throw new Error("no features");
    expect(featureRow(after, bob)?.indices).toHaveLength(0);
    expect(after.values).toHaveLength(before.values.length - (featureRow(before, bob)?.values.length ?? 0));
    for (const id of ["ann", "cleo"]) {
      const index = dataset.users.indexOf(id);
      expect(featureRow(after, index)).toEqual(featureRow(before, index));
    }
    expect([itemSpace?.size, userSpace?.size]).toEqual([tables.items?.space.size, tables.users?.space.size]);
  });

  it("does so where histories are in blocks", async () => {
    const sections = sectionsOf({ tables, wholeHistoryBytes: 0, historyBlockBytes: 30 });
    const blockOf = (block: number) => sections.find(({ name }) => name === historyBlockName(block));
    const shape = historyShapeOf(sections);
    if (!shape) throw new Error("the histories are whole");
    const readBlock = async (block: number) => blockOf(block)?.data as Uint8Array;
    const history = await historyOfUser({ ...shape, itemCount: dataset.items.size, readBlock }, "bob");
    if (!history) throw new Error("the model does not know the user");
    const name = historyBlockName(historyBlockOf(shape, "bob"));
    const block = { name, data: await readBlock(historyBlockOf(shape, "bob")) };
    const gone = forgetUserInBlock(artifactOf(sections), history, block);
    const { userFeatures } = servableOf(artifactOf(gone.sections), createScalarKernels(), readBlock);
    if (!userFeatures) throw new Error("no features");
    expect(featureRow(userFeatures, history.userIndex)?.indices).toHaveLength(0);
    expect(userFeatures.indptr.at(-1)).toBeGreaterThan(0);
  });
});
