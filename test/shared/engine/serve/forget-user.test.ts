import { describe, expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import type { Section } from "#engine/artifact/section.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { forgetUser } from "#engine/serve/forget-user.ts";
import { modelSections, servableOf } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { fitted, tinyDataset } from "./tiny-world.ts";

async function sectionsOf(algorithm: AlgorithmName, params: AlgorithmParams = {}): Promise<Section[]> {
  const dataset = await tinyDataset();
  const parsed = parseParams(algorithm, params);
  if (!parsed.ok) throw new Error("The parameters of the fixture are wrong.");
  return modelSections(fitted(dataset, algorithm, parsed.params), dataset);
}

function servable(algorithm: AlgorithmName, sections: readonly Section[]) {
  return servableOf({ kind: "model", meta: { algorithm }, sections: [...sections] }, createScalarKernels());
}

const textOf = (sections: readonly Section[]) =>
  sections.map(({ data }) => new TextDecoder("latin1").decode(data)).join("\n");

function forgotten(algorithm: AlgorithmName, sections: readonly Section[], userId: string): Section[] {
  const rest = forgetUser({ meta: { algorithm }, sections }, userId);
  if (rest === null) throw new Error("The model does not know this person.");
  return rest;
}

describe("forgetUser", () => {
  it.each(["CosineKNN", "TopPop", "CosineUserKNN", "IALS"] as const)(
    "erases a user from %s and leaves all other users unchanged",
    async (algorithm) => {
      const sections = await sectionsOf(algorithm);
      const before = servable(algorithm, sections);
      const rest = forgotten(algorithm, sections, "bob");
      const after = servable(algorithm, rest);
      expect(textOf(rest)).not.toContain("bob");
      expect(after.users.indexOf("bob")).toBe(-1);
      expect(recommend(after, { userId: "bob", offset: 0, limit: 9 }).strategy).toBe("popular");
      for (const userId of ["ann", "cleo"]) {
        const index = before.users.indexOf(userId);
        expect(after.users.indexOf(userId)).toBe(index);
        const seen = (model: typeof before) =>
          model.history.indices.slice(model.history.indptr[index], model.history.indptr[index + 1]);
        expect(seen(after)).toEqual(seen(before));
      }
      // Bob was one of three who took item 9, and the only one to take item 3.
      expect([...after.popularity].sort()).toEqual([0, 1, 1, 1, 1, 2]);
    },
  );

  it("erases the user's dislikes, too, and leaves those of others", async () => {
    const dataset = await tinyDataset();
    const [rowCount, columnCount] = [dataset.users.size, dataset.items.size];
    const rows = ["ann", "bob"].map((id) => dataset.users.indexOf(id));
    const disliked = {
      rowCount,
      columnCount,
      indptr: Uint32Array.from({ length: rowCount + 1 }, (_, at) => rows.filter((row) => row < at).length),
      indices: Uint32Array.of(4, 4),
      values: Float32Array.of(1, 1),
    };
    const sections = modelSections(fitted(dataset, "TopPop", {}), { ...dataset, disliked });
    const rest = servable("TopPop", forgotten("TopPop", sections, "bob"));
    const left = (id: string) => {
      const at = rest.users.indexOf(id);
      return rest.disliked?.indices.subarray(rest.disliked.indptr[at], rest.disliked.indptr[at + 1]).length;
    };
    expect(rest.disliked?.indices).toHaveLength(1);
    expect(left("ann")).toBe(1);
  });

  it.each([
    ["CosineUserKNN", {}, "user-knn."],
    ["GFCF", { n_components: 2 }, "gf-cf."],
    ["Blend", { "weight.GFCF": 1, "weight.TopPop": 1, "GFCF.n_components": 2 }, "blend/gfcf/gf-cf."],
  ] as const)(
    "keeps no row of the erased user in %s, which has a row per user",
    async (algorithm, params, prefix) => {
      const sections = await sectionsOf(algorithm, params);
      const entries = (all: readonly Section[]) =>
        all.find(({ name }) => name === `${prefix}indices`)?.data.length ?? 0;
      expect(entries(sections)).toBe(10);
      expect(entries(forgotten(algorithm, sections, "bob"))).toBe(6);
    },
  );

  it("forgets several, one after another", async () => {
    const withoutAnn = forgotten("CosineKNN", await sectionsOf("CosineKNN"), "ann");
    const rest = forgotten("CosineKNN", withoutAnn, "bob");
    const { users, history } = servable("CosineKNN", rest);
    expect([users.indexOf("ann"), users.indexOf("bob"), users.indexOf("cleo")]).toEqual([-1, -1, 2]);
    expect(history.indices).toHaveLength(3);
  });

  it("changes nothing for an unknown user", async () => {
    const sections = await sectionsOf("TopPop");
    expect(forgetUser({ meta: { algorithm: "TopPop" }, sections }, "nobody")).toBeNull();
  });
});
