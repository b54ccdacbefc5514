import { describe, expect, it } from "vitest";
import { parseParams } from "#contract/parse-params.ts";
import type { Artifact } from "#engine/artifact/decode-artifact.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { modelSections, type Servable, servableOf } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { fitted, tinyDataset } from "./tiny-world.ts";

async function artifactOf(algorithm: "CosineKNN" | "TopPop"): Promise<Artifact> {
  const dataset = await tinyDataset();
  const parsed = parseParams(algorithm, algorithm === "CosineKNN" ? { normalize: true } : {});
  if (!parsed.ok) throw new Error("The parameters of the fixture are wrong.");
  const sections = modelSections(fitted(dataset, algorithm, parsed.params), dataset);
  return { kind: "model", meta: { algorithm }, sections };
}

async function servable(): Promise<Servable> {
  return servableOf(await artifactOf("CosineKNN"), createScalarKernels());
}

const ids = (list: ReturnType<typeof recommend>) => list.items.map(({ itemId }) => itemId);

describe("recommend", () => {
  it("recommends to a known user items that go with their history, without those in it", async () => {
    const list = recommend(await servable(), { userId: "ann", offset: 0, limit: 10 });
    expect(list.strategy).toBe("personal");
    // Bob is like Ann and also took 3; another user took 4 and 5.
    expect(ids(list)[0]).toBe("3");
    expect(ids(list).sort()).toEqual(["3", "4", "5"]);
    expect(list.total).toBe(3);
  });

  it("finds ids with blanks and invisible marks around them, as ingestion does", async () => {
    const known = recommend(await servable(), { userId: "ann", offset: 0, limit: 10 });
    const asked = recommend(await servable(), { userId: " ann\u00a0\u200b", offset: 0, limit: 10 });
    expect(asked).toEqual(known);
    const given = recommend(await servable(), { itemIds: ["\ufeff1 "], offset: 0, limit: 2 });
    expect([given.strategy, ids(given)[0]]).toEqual(["profile", "2"]);
    expect(recommend(await servable(), { userId: "an n", offset: 0, limit: 2 }).strategy).toBe("popular");
  });

  it("gives a new user items that go with the items they like", async () => {
    const list = recommend(await servable(), { itemIds: ["1", "no such item"], offset: 0, limit: 2 });
    expect(list.strategy).toBe("profile");
    expect(ids(list)[0]).toBe("2");
    expect(ids(list)).not.toContain("1");
  });

  it("adds given items to the history of a known user", async () => {
    const list = recommend(await servable(), { userId: "ann", itemIds: ["4"], offset: 0, limit: 10 });
    expect(list.strategy).toBe("profile");
    expect(ids(list).sort()).toEqual(["3", "5"]);
  });

  it("gives popular items to an unknown user", async () => {
    const list = recommend(await servable(), { userId: "nobody", itemIds: ["?"], offset: 0, limit: 3 });
    expect(list.strategy).toBe("popular");
    expect(list.items[0]).toEqual({ itemId: "9", score: 3, isFilled: false });
    expect(list.total).toBe(6);
  });

  it("leaves out items that the user rated zero or below, with or without a history", async () => {
    const { users, items, ...rest } = await servable();
    const dislikes = (row: number, item: string) => ({
      rowCount: users.size,
      columnCount: items.size,
      indptr: Uint32Array.from({ length: users.size + 1 }, (_, at) => (at > row ? 1 : 0)),
      indices: Uint32Array.of(items.indexOf(item)),
      values: Float32Array.of(1),
    });
    const disliked = dislikes(users.indexOf("ann"), "3");
    const list = recommend({ users, items, ...rest, disliked }, { userId: "ann", offset: 0, limit: 10 });
    expect(ids(list).sort()).toEqual(["4", "5"]);
    expect(list.total).toBe(2);
  });

  it("pages without a gap or a repeat, and ends where the catalogue ends", async () => {
    const model = await servable();
    const page = (offset: number) => ids(recommend(model, { userId: "nobody", offset, limit: 2 }));
    const all = ids(recommend(model, { userId: "nobody", offset: 0, limit: 100 }));
    expect([...page(0), ...page(2), ...page(4)]).toEqual(all);
    expect(all).toHaveLength(6);
    expect(page(6)).toEqual([]);
  });
});

describe("servableOf", () => {
  it.each([
    ["an algorithm nobody knows", (artifact: Artifact) => ({ ...artifact, meta: { algorithm: "Oracle" } })],
    [
      "a missing section",
      (artifact: Artifact) => ({
        ...artifact,
        sections: artifact.sections.filter(({ name }) => name !== "popularity"),
      }),
    ],
    [
      "popularity of another catalogue",
      (artifact: Artifact) => ({
        ...artifact,
        sections: artifact.sections.map((section) =>
          section.name === "popularity" ? { ...section, data: new Float32Array(2) } : section,
        ),
      }),
    ],
  ])("refuses %s", async (_name, damage) => {
    const damaged = damage(await artifactOf("TopPop"));
    expect(() => servableOf(damaged, createScalarKernels())).toThrow(
      expect.objectContaining({ code: "BAD_ARTIFACT" }),
    );
  });

  /** The artifact with one number of a section changed. */
  const withNumber = (artifact: Artifact, name: string, at: number, value: number): Artifact => ({
    ...artifact,
    sections: artifact.sections.map((section) => {
      if (section.name !== name) return section;
      const data = section.data.slice();
      data[at] = value;
      return { ...section, data };
    }),
  });

  it.each([
    ["a column of no item", "history/0.indices", 0, 99_999],
    ["a broken offset", "history/0.indptr", 1, 99_999],
    ["a weight that is no number", "history/0.values", 0, Number.NaN],
  ])("refuses the list of a user whose history has %s, and only that", async (_name, section, at, value) => {
    const damaged = withNumber(await artifactOf("CosineKNN"), section, at, value);
    const servable = servableOf(damaged, createScalarKernels());
    const listOf = (index: number) => () =>
      recommend(servable, { userId: servable.users.idAt(index), offset: 0, limit: 3 });
    expect(listOf(0)).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
    expect(listOf(servable.users.size - 1)().items).not.toEqual([]);
  });

  it("refuses lists of popular items by a count that cannot be", async () => {
    const damaged = withNumber(await artifactOf("CosineKNN"), "popularity", 0, 99_999);
    const servable = servableOf(damaged, createScalarKernels());
    expect(() => recommend(servable, { offset: 0, limit: 3 })).toThrow(
      expect.objectContaining({ code: "BAD_ARTIFACT" }),
    );
  });
});
