import { describe, expect, it } from "vitest";
import { type AlgorithmName, parseParams } from "#contract/algorithms.ts";
import type { Section } from "#engine/artifact/section.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { forgetUser } from "#engine/serve/forget-user.ts";
import { modelSections, servableOf } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { fitted, tinyDataset } from "./tiny-world.ts";

async function sectionsOf(algorithm: AlgorithmName): Promise<Section[]> {
  const dataset = await tinyDataset();
  const parsed = parseParams(algorithm, {});
  if (!parsed.ok) throw new Error("The parameters of the fixture are wrong.");
  return modelSections(fitted(dataset, algorithm, parsed.params), dataset);
}

function servable(algorithm: AlgorithmName, sections: readonly Section[]) {
  return servableOf({ kind: "model", meta: { algorithm }, sections: [...sections] }, createScalarKernels());
}

const textOf = (sections: readonly Section[]) =>
  sections.map(({ data }) => new TextDecoder("latin1").decode(data)).join("\n");

function forgotten(sections: readonly Section[], userId: string): Section[] {
  const rest = forgetUser(sections, userId);
  if (rest === null) throw new Error("The model does not know this person.");
  return rest;
}

describe("forgetUser", () => {
  it.each(["CosineKNN", "TopPop", "CosineUserKNN", "IALS"] as const)(
    "takes a person out of %s and leaves everybody else as they were",
    async (algorithm) => {
      const sections = await sectionsOf(algorithm);
      const before = servable(algorithm, sections);
      const rest = forgotten(sections, "bob");
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

  it("keeps no row of a person where an algorithm keeps everybody's", async () => {
    const sections = await sectionsOf("CosineUserKNN");
    const entries = (all: readonly Section[]) =>
      all.find(({ name }) => name === "user-knn.indices")?.data.length ?? 0;
    expect(entries(sections) - entries(forgotten(sections, "bob"))).toBe(4);
  });

  it("forgets several, one after another", async () => {
    const rest = forgotten(forgotten(await sectionsOf("CosineKNN"), "ann"), "bob");
    const { users, history } = servable("CosineKNN", rest);
    expect([users.indexOf("ann"), users.indexOf("bob"), users.indexOf("cleo")]).toEqual([-1, -1, 2]);
    expect(history.indices).toHaveLength(3);
  });

  it("changes nothing for somebody the model does not know", async () => {
    expect(forgetUser(await sectionsOf("TopPop"), "nobody")).toBeNull();
  });
});
