/** What Gorse's own TypeScript client is asked to do, and what must come of each call. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert";

type Call = (...given: readonly unknown[]) => Promise<unknown>;

/** The client by its methods: it is no dependency of this project. */
export type Client = Readonly<Record<string, Call>>;

export interface ClientStep {
  readonly name: string;
  readonly run: (client: Client) => Promise<void>;
}

const ids = (list: unknown) => (list as { Id: string }[]).map(({ Id }) => Id);
const entry = (UserId: string, ItemId: string, Value = 1) => {
  return { FeedbackType: "star", UserId, ItemId, Value, Timestamp: "2024-01-01T00:00:00Z", Comment: "" };
};
const USER = { UserId: "js-user-0", Labels: { plan: "free" }, Comment: "first" };
const ITEM = {
  ...{ ItemId: "js-item-0", IsHidden: false, Categories: ["even"], Timestamp: "2024-01-01T00:00:00Z" },
  ...{ Labels: { topic: ["t0"] }, Comment: "Item 0" },
};
const FILTER = { type: "star", userId: "js-user-0", itemId: "js-item-0" };

const step = (name: string, run: ClientStep["run"]): ClientStep => ({ name, run });
const gives = (method: string, given: readonly unknown[], expected: unknown): ClientStep =>
  step(method, async (client) => deepStrictEqual(await (client[method] as Call)(...given), expected));
const lists = (name: string, given: readonly unknown[], isRight: (list: unknown) => boolean): ClientStep =>
  step(name, async (client) =>
    ok(isRight(await (client[name.split(" ")[0] as string] as Call)(...given)), name),
  );

/** Beside the people and items of `addPeople` with the prefix `own`, and a model of them. */
export const CLIENT_STEPS: readonly ClientStep[] = [
  gives("insertUser", [USER], 1),
  gives("insertUsers", [[{ ...USER, UserId: "js-user-1" }]], 1),
  gives("getUser", ["js-user-0"], USER),
  gives("updateUser", ["js-user-0", { Comment: "second" }], 1),
  gives("getUser", ["js-user-0"], { ...USER, Comment: "second" }),
  step("getUsers, two pages", async (client) => {
    type Page = { Cursor: string; Users: { UserId: string }[] };
    const first = (await client.getUsers?.({ n: 1 })) as Page;
    const second = (await client.getUsers?.({ n: 1, Cursor: first.Cursor })) as Page;
    deepStrictEqual(
      [...first.Users, ...second.Users].map(({ UserId }) => UserId),
      ["js-user-0", "js-user-1"],
    );
  }),
  step("getUser of nobody", async (client) => {
    await rejects(async () => client.getUser?.("js-nobody"), {
      code: 404,
      message: "js-nobody: user not found",
    });
  }),
  gives("upsertItem", [ITEM], 1),
  gives("upsertItems", [[{ ...ITEM, ItemId: "js-item-1" }]], 1),
  gives("getItem", ["js-item-0"], ITEM),
  gives("updateItem", ["js-item-0", { Comment: "zero" }], 1),
  gives("insertItemCategory", ["js-item-0", "extra"], 1),
  gives("getItem", ["js-item-0"], { ...ITEM, Comment: "zero", Categories: ["even", "extra"] }),
  gives("deleteItemCategory", ["js-item-0", "extra"], 1),
  lists("getItems", [{ n: 2 }], (page) => (page as { Items: unknown[] }).Items.length === 2),
  gives("insertFeedbacks", [[entry("js-user-0", "js-item-0"), entry("js-user-0", "js-item-1")]], 2),
  gives("upsertFeedbacks", [[entry("js-user-0", "js-item-0", 5)]], 1),
  lists("getFeedback", [FILTER], (row) => (row as { Value: number }).Value === 5),
  lists(
    "getFeedbacks",
    [undefined, { n: 2 }],
    (page) => (page as { Feedback: unknown[] }).Feedback.length === 2,
  ),
  lists(
    "getFeedbacks of a type",
    ["star", { n: 3 }],
    (page) => (page as { Feedback: unknown[] }).Feedback.length === 3,
  ),
  lists("getUserFeedback", ["js-user-0"], (rows) => (rows as unknown[]).length === 2),
  lists("getUserFeedbackByType", ["js-user-0", "star"], (rows) => (rows as unknown[]).length === 2),
  lists("getItemFeedback", ["js-item-0"], (rows) => (rows as unknown[]).length === 1),
  lists("getItemFeedbackByType", ["js-item-0", "read"], (rows) => (rows as unknown[]).length === 0),
  lists("getLatest", [{ cursorOptions: { n: 3 } }], (list) => ids(list).length === 3),
  lists("getLatest of a category", [{ category: "odd", cursorOptions: { n: 1 } }], (list) => {
    return /^own-item-\d*[13579]$/.test(ids(list)[0] ?? "");
  }),
  lists("getPopular", [{ cursorOptions: { n: 3 } }], (list) => ids(list).length === 3),
  lists("getRecommend", [{ userId: "own-user-1", cursorOptions: { n: 5 } }], (list) => {
    // Nothing that the user likes already.
    return (list as string[]).length === 5 && (list as string[]).every((id) => !/^own-item-[2-9]$/.test(id));
  }),
  lists(
    "getRecommend of a category",
    [{ userId: "own-user-1", category: "odd", cursorOptions: { n: 3 } }],
    (list) => (list as string[]).every((id) => /[13579]$/.test(id)),
  ),
  lists("getRecommend of nobody", [{ userId: "js-nobody", cursorOptions: { n: 3 } }], (list) => {
    return (list as string[]).length === 3;
  }),
  step("getRecommend with write-back", async (client) => {
    const asked = { userId: "own-user-2", cursorOptions: { n: 2 } };
    const shown = await client.getRecommend?.({ ...asked, writeBackType: "read", writeBackDelay: "0s" });
    const after = (await client.getRecommend?.({ ...asked, cursorOptions: { n: 100 } })) as string[];
    ok((shown as string[]).every((id) => !after.includes(id)));
  }),
  step("feedback hides an item at once", async (client) => {
    const asked = { userId: "own-user-3", cursorOptions: { n: 1 } };
    const best = async () => ((await client.getRecommend?.(asked)) as string[] | undefined)?.[0] ?? "";
    const first = await best();
    strictEqual(await client.insertFeedbacks?.([entry("own-user-3", first)]), 1);
    ok(first !== "" && (await best()) !== first);
  }),
  lists("getSessionRecommend", [[entry("x", "own-item-6")], { cursorOptions: { n: 3 } }], (list) => {
    return ids(list).length === 3 && !ids(list).includes("own-item-6");
  }),
  lists(
    "getItemNeighbors",
    [{ itemId: "own-item-6", cursorOptions: { n: 3 } }],
    (list) => ids(list).length === 3,
  ),
  lists("getUserNeighbors", [{ userId: "own-user-4", cursorOptions: { n: 1 } }], (list) => {
    return /^own-user-[35]$/.test(ids(list)[0] ?? "");
  }),
  gives("deleteFeedback", [FILTER], { RowAffected: 1 }),
  gives("getFeedback", [FILTER], {}),
  gives("deleteItem", ["js-item-0"], 1),
  step("getItem deleted", async (client) => {
    await rejects(async () => client.getItem?.("js-item-0"), { code: 404 });
  }),
  gives("deleteUser", ["js-user-0"], 1),
  step("getUser deleted", async (client) => {
    await rejects(async () => client.getUser?.("js-user-0"), { code: 404 });
  }),
];
