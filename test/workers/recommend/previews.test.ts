import { describe, expect, it } from "vitest";
import { historyBlockName, historySections, historyShapeOf } from "#engine/data/history-blocks.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { forgottenId } from "#engine/serve/forgotten-id.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { ArtifactMissing } from "#storage/artifact-store.ts";
import { ITEMS_KEY, world } from "./serving-world.ts";

const MODEL = { projectId: 3, artifactKey: "models/2" };

/** The model with its histories in blocks. */
function inBlocks({ users, items, history }: Servable): Partial<Servable> {
  const sections = historySections({ users, userItems: history }, 20);
  const shape = historyShapeOf(sections);
  if (!shape || shape.blockCount < 2) throw new Error("there are no blocks");
  const readBlock = async (block: number) =>
    sections.find(({ name }) => name === historyBlockName(block))?.data as Uint8Array;
  const indptr = new Uint32Array(1);
  const none = { rowCount: 0, indptr, indices: new Uint32Array(), values: new Float32Array() };
  return {
    histories: { ...shape, itemCount: items.size, readBlock },
    users: new IdMapBuilder().finish(),
    history: { ...history, ...none },
  };
}

async function previewWorld(changesOf?: (servable: Servable) => Partial<Servable>) {
  const served = await world(undefined, undefined, undefined, changesOf);
  const write = (method: string, itemId: string, body?: unknown) =>
    served.app.request(`/v1/items/${itemId}`, {
      method,
      headers: { "X-API-Key": ITEMS_KEY, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return { ...served, write };
}

type Previews = Awaited<ReturnType<typeof previewWorld>>["previews"];

const ids = (items: readonly { readonly item_id: string }[]) => items.map(({ item_id }) => item_id);

/** The items of all lists of the model, by the way they are asked for. */
async function listsOf(previews: Previews): Promise<Record<string, string[]>> {
  const [user, items, sample] = [
    await previews.forUser(MODEL, "cleo", { cutoff: 10 }),
    await previews.forItems(MODEL, ["4"], { cutoff: 10 }),
    await previews.sample(MODEL, { cutoff: 10 }, 0.99),
  ];
  if (!user.ok || !items.ok || !sample.ok) throw new Error("refused");
  expect(sample.value.user_id).toBe("cleo");
  return {
    user: ids(user.value),
    items: ids(items.value),
    sample: ids(sample.value.recommendations),
  };
}

describe("previews of a model", () => {
  it("leave out hidden and deleted items at once, and have them again when they are shown", async () => {
    const { previews, write } = await previewWorld();
    const all = { user: ["1", "2", "3"], items: ["1", "2", "3", "5", "9"], sample: ["1", "2", "3"] };
    const sorted = async () =>
      Object.fromEntries(Object.entries(await listsOf(previews)).map(([way, list]) => [way, list.sort()]));
    expect(await sorted()).toEqual(all);
    expect((await write("PATCH", "2", { hidden: true })).status).toBe(200);
    expect((await write("DELETE", "3")).status).toBe(200);
    expect(await sorted()).toEqual({ user: ["1"], items: ["1", "5", "9"], sample: ["1"] });
    expect((await write("PATCH", "2", { hidden: false })).status).toBe(200);
    expect((await sorted()).user).toEqual(["1", "2"]);
  });
});

describe("lists of many people", () => {
  it("are for people whom draws pick, each once, and are those of each person alone", async () => {
    const { previews } = await previewWorld();
    const draws = [0.99, 0.99, 0, 0.5];
    const drawn = await previews.drawPeople(MODEL, draws, 10);
    if (!drawn.ok) throw new Error(drawn.message);
    expect(drawn.value[0]).toBe("cleo");
    expect(new Set(drawn.value).size).toBe(drawn.value.length);
    expect(await previews.drawPeople(MODEL, draws, 1)).toEqual({ ok: true, value: ["cleo"] });
    const lists = await previews.listsFor(MODEL, ["cleo", "nobody", "ann"], 3);
    const alone = async (userId: string) => {
      const list = await previews.forUser(MODEL, userId, { cutoff: 3 });
      return list.ok && ids(list.value);
    };
    expect(lists).toEqual({ ok: true, value: [await alone("cleo"), null, await alone("ann")] });
  });

  it("are for the same people where histories are in blocks", async () => {
    const whole = (await previewWorld()).previews;
    const blocks = (await previewWorld(inBlocks)).previews;
    const draws = [0, 0.3, 0.6, 0.99];
    const drawn = await blocks.drawPeople(MODEL, draws, 4);
    if (!drawn.ok) throw new Error(drawn.message);
    expect(drawn.value.length).toBeGreaterThan(1);
    expect(await blocks.listsFor(MODEL, drawn.value, 3)).toEqual(await whole.listsFor(MODEL, drawn.value, 3));
  });
});

describe("lists of a replay", () => {
  it("are those of the model for the person as they were then, to the depth of what was shown", async () => {
    const { previews, write } = await previewWorld();
    const of = { ...MODEL, trainedAt: 0 };
    const person = { userId: "ann", at: 50, depth: 3, acts: [] };
    const acts = [{ itemId: "3", type: "click", at: 40 }];
    const lists = async () => {
      const cases = [person, { ...person, acts }, { ...person, depth: 1 }, { ...person, userId: "nobody" }];
      const answer = await previews.replayed(of, cases);
      if (!answer.ok) throw new Error("refused");
      return answer.value;
    };
    const now = await previews.forUser(MODEL, "ann", { cutoff: 3 });
    const [list, later, first, stranger] = await lists();
    expect(list).toEqual(now.ok && ids(now.value));
    expect(list).toContain("3");
    expect(later).toEqual(list?.filter((id) => id !== "3"));
    expect(first).toEqual(list?.slice(0, 1));
    expect(stranger).toHaveLength(3);
    await write("PATCH", "3", { hidden: true });
    expect((await lists())[0]).not.toContain("3");
  });

  it("have the saved rules that were in force at their time", async () => {
    const { previews, manifest } = await previewWorld();
    const saved = {
      id: 1,
      name: "no acme",
      rule: 'item.brand != "acme"',
      priority: 0,
      from: 100_000,
      to: 200_000,
    };
    await manifest({ rules: [saved] });
    const cases = [50_000, 150_000, 200_000].map((at) => ({ userId: "cleo", at, depth: 10, acts: [] }));
    const answer = await previews.replayed({ ...MODEL, trainedAt: 0 }, cases);
    if (!answer.ok) throw new Error(answer.message);
    const [before, within, after] = answer.value;
    expect(before).toEqual(expect.arrayContaining(["1", "2", "3"]));
    expect(within).toEqual(before?.filter((id) => id !== "1" && id !== "2"));
    expect(after).toEqual(before);
  });

  it("are refused with the reason if the model cannot be read", async () => {
    const { previews } = await world({ "models/2": new ArtifactMissing("It is gone.") });
    expect(await previews.replayed({ ...MODEL, trainedAt: 0 }, [])).toMatchObject({
      ...{ ok: false, code: "NO_ARTIFACT" },
    });
  });
});

describe("people of a model", () => {
  it.each([
    ["whole histories", undefined],
    ["histories in blocks", inBlocks],
  ])("have the items that they took, with %s", async (_, changesOf) => {
    const { previews } = await previewWorld(changesOf);
    const answer = await previews.history(MODEL, "cleo");
    const sample = await previews.sample(MODEL, { cutoff: 1 }, 0.99);
    if (!answer.ok || !sample.ok) throw new Error("refused");
    expect(answer.value.toSorted()).toEqual(sample.value.user_profile.toSorted());
    expect(answer.value.length).toBeGreaterThan(0);
    const nobody = await Promise.all(
      ["nobody", forgottenId(0)].map((userId) => previews.history(MODEL, userId)),
    );
    expect(nobody).toMatchObject([{ code: "UNKNOWN_USER" }, { code: "UNKNOWN_USER" }]);
  });

  it("are found by a part of their id, the exact one first", async () => {
    const builder = new IdMapBuilder();
    for (const id of ["ann-2", forgottenId(1), "Ann", "bob", "ann"]) builder.intern(id);
    const { previews } = await previewWorld(() => ({ users: builder.finish() }));
    const find = async (text: string, limit: number) => {
      const answer = await previews.people(MODEL, text, limit);
      return answer.ok && answer.value;
    };
    expect(await find("ann", 10)).toEqual(["ann", "ann-2", "Ann"]);
    expect(await find("ann", 2)).toEqual(["ann", "ann-2"]);
    expect(await find("", 10)).toEqual(["ann-2", "Ann", "bob", "ann"]);
    expect(await find("zoe", 10)).toEqual([]);
    const large = await previewWorld(inBlocks);
    expect(await large.previews.people(MODEL, "cleo", 10)).toEqual({ ok: true, value: ["cleo"] });
    expect(await large.previews.people(MODEL, "cle", 10)).toEqual({ ok: true, value: [] });
  });
});

describe("previews on request", () => {
  it("follow what a person did since the training, also one whom it does not know", async () => {
    const { previews } = await previewWorld();
    const liked = { events: [{ itemId: "4", weight: 3, at: 1 }] };
    const [stranger, byItem] = [
      await previews.forUser(MODEL, "nobody", { cutoff: 10, ...liked }),
      await previews.forItems(MODEL, ["4"], { cutoff: 10 }),
    ];
    if (!stranger.ok || !byItem.ok) throw new Error("refused");
    expect(ids(stranger.value)).toEqual(ids(byItem.value));
    expect((await previews.forUser(MODEL, "nobody", { cutoff: 10, events: [] })).ok).toBe(false);
    const { user = [] } = await listsOf(previews);
    const seen = { events: [{ itemId: user[0] ?? "", weight: 1, at: 1 }] };
    const known = await previews.forUser(MODEL, "cleo", { cutoff: 10, ...seen });
    expect(known.ok && ids(known.value)).not.toContain(user[0]);
  });

  it("say why, by the user's own items", async () => {
    const { previews } = await previewWorld();
    const list = await previews.forUser(MODEL, "cleo", { cutoff: 1, reasons: 2 });
    const [first] = list.ok ? list.value : [];
    expect(first?.reasons?.length).toBeGreaterThan(0);
    const sample = await previews.sample(MODEL, { cutoff: 1 }, 0.99);
    const own = sample.ok ? sample.value.user_profile : [];
    for (const reason of first?.reasons ?? []) expect(own).toContain("item_id" in reason && reason.item_id);
    const without = await previews.forUser(MODEL, "cleo", { cutoff: 1 });
    expect(without.ok && without.value[0]).not.toHaveProperty("reasons");
  });

  it("give items that are similar to one, never the item, and none for an unknown one", async () => {
    const { previews, write } = await previewWorld();
    const similar = async (id: string) => {
      const answer = await previews.similar(MODEL, id, 10);
      if (!answer.ok) throw new Error(answer.message);
      return ids(answer.value);
    };
    const [first] = await similar("1");
    expect(first).toBeDefined();
    expect(await similar("1")).not.toContain("1");
    expect(await similar("no such item")).toEqual([]);
    await write("PATCH", first ?? "", { hidden: true });
    expect(await similar("1")).not.toContain(first);
  });
});

describe("the sample of a model", () => {
  /** The users that draws give, after all but some are erased. */
  async function drawn(...left: string[]) {
    const { previews } = await world({}, undefined, undefined, ({ users }) => {
      const ids = new IdMapBuilder();
      for (let index = 0; index < users.size; index++) {
        const id = users.idAt(index);
        ids.intern(left.includes(id) ? id : forgottenId(index));
      }
      return { users: ids.finish() };
    });
    const samples = [0, 0.3, 0.6, 0.99].map((draw) => previews.sample(MODEL, { cutoff: 1 }, draw));
    return (await Promise.all(samples)).map((sample) => (sample.ok ? sample.value.user_id : sample.code));
  }

  it("is never an erased user", async () => {
    expect(await drawn("cleo")).toEqual(["cleo", "cleo", "cleo", "cleo"]);
    expect(new Set(await drawn("ann", "cleo"))).toEqual(new Set(["ann", "cleo"]));
    expect(new Set(await drawn())).toEqual(new Set(["BAD_ARTIFACT"]));
  });
});

describe("previews of a model with histories in blocks", () => {
  it("are those of the model with whole ones, and know who is no user", async () => {
    const [{ previews: whole }, { previews }] = [await previewWorld(), await previewWorld(inBlocks)];
    for (const userId of ["ann", "bob", "cleo", " cleo", "nobody"]) {
      expect(await previews.forUser(MODEL, userId, { cutoff: 9 })).toEqual(
        await whole.forUser(MODEL, userId, { cutoff: 9 }),
      );
    }
    expect(await previews.forUser(MODEL, "nobody", { cutoff: 9 })).toMatchObject({
      ok: false,
      code: "UNKNOWN_USER",
    });
    const drawn = new Set<string>();
    for (let n = 0; n < 30; n++) {
      const sample = await previews.sample(MODEL, { cutoff: 9 }, n / 30);
      if (!sample.ok) throw new Error("refused");
      const { user_id: userId, user_profile: profile, recommendations } = sample.value;
      expect(await whole.forUser(MODEL, userId, { cutoff: 9 })).toEqual({ ok: true, value: recommendations });
      expect(profile.length).toBeGreaterThan(2);
      drawn.add(userId);
    }
    expect(drawn.size).toBeGreaterThan(1);
  });
});

describe("the check of a rule", () => {
  const project = { projectId: 3, metadataKey: "meta" };

  it("knows the properties of files and of written items", async () => {
    const { previews, write } = await previewWorld();
    const rule = 'item.price > 1 and item.season == "winter"';
    expect(await previews.checkRule(project, rule)).toMatchObject({
      value: { problem: expect.stringContaining("season") },
    });
    await write("PUT", "2", { properties: { season: "winter" } });
    expect(await previews.checkRule(project, rule)).toEqual({ ok: true, value: { kind: "filter" } });
    const withoutFile = await previews.checkRule(
      { ...project, metadataKey: null },
      'item.season == "winter"',
    );
    expect(withoutFile).toEqual({ ok: true, value: { kind: "filter" } });
  });

  it("asks again later when the written items do not come", async () => {
    const { previews, shelf } = await previewWorld();
    shelf.state.problem = new Error("down");
    expect(await previews.checkRule(project, "price > 1")).toMatchObject({ ok: false, code: "OVERLOADED" });
  });
});

describe("the preview of a rule", () => {
  const tried = async (rule: string, userId = "cleo") => {
    const { previews } = await previewWorld();
    const trial = { rule, priority: 0, replaces: null, limit: 10 };
    const result = await previews.ruled(MODEL, userId, trial);
    if (!result.ok) throw new Error(result.message);
    const { without, with: ruled, warnings } = result.value;
    return { without: ids(without), ruled: ids(ruled), warnings };
  };

  it("has the person's list with the rule beside the one without it", async () => {
    const plain = await tried("item.price >= 0");
    expect(plain.without.length).toBeGreaterThan(1);
    const [first] = plain.without;
    const { without, ruled } = await tried(`item.id != "${first}"`);
    expect(without).toEqual(plain.without);
    expect(ruled).toEqual(without.slice(1));
    const last = without.at(-1);
    const pinned = await tried(`pin item.id == "${last}" at 1`);
    expect(pinned.ruled[0]).toBe(last);
  });

  it("has the same lists for several people, without those whom nobody knows", async () => {
    const { previews } = await previewWorld();
    const one = await tried("item.price >= 0");
    const rule = `item.id != "${one.without[0]}"`;
    const trial = { rule, priority: 0, replaces: null, limit: 10 };
    const result = await previews.ruledLists(MODEL, ["cleo", "nobody", "cleo"], trial);
    const lists = { without: one.without, with: one.without.slice(1) };
    expect(result).toEqual({ ok: true, value: [lists, lists] });
  });

  it("says which filter leaves no item", async () => {
    const { ruled, warnings } = await tried("item.price < 0");
    expect(ruled).toEqual([]);
    expect(warnings).toEqual(['The filter "item.price < 0" leaves no item.']);
  });

  it("has popular items for a person whom nobody knows", async () => {
    expect((await tried("item.price >= 0", "nobody")).without.length).toBeGreaterThan(0);
  });
});
