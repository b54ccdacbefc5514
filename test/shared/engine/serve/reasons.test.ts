/** The reasons of several items of one list, which share what was computed for the user. */
import { expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { csrRow } from "#engine/data/csr-row.ts";
import { fitted, tinyDataset } from "./tiny-world.ts";

const MODELS: readonly (readonly [AlgorithmName, AlgorithmParams])[] = [
  ["IALS", { n_components: 4, train_epochs: 2 }],
  ["CosineKNN", {}],
  ["DegreeKNN", {}],
  ["DenseSLIM", {}],
  ["Blend", { "weight.CosineKNN": 1, "weight.IALS": 2, "IALS.n_components": 4 }],
];

it.each(MODELS)(
  "of %s are the same for each item, whichever items and users came before",
  async (...spec) => {
    const [algorithm, params] = spec;
    const { userItems } = await tinyDataset();
    const model = fitted(await tinyDataset(), algorithm, params);
    const explain = (profile: ReturnType<typeof csrRow>, item: number) => {
      const parts = new Float64Array(profile.indices.length);
      expect(model.contributionsInto?.(profile, item, parts)).toBe(true);
      return [...parts];
    };
    const alone = [0, 1, 2].map((user) =>
      Array.from({ length: model.itemCount }, (_, item) => explain(csrRow(userItems, user), item)),
    );
    const profiles = [0, 1, 2].map((user) => csrRow(userItems, user));
    const scores = new Float32Array(model.itemCount);
    for (const user of [0, 1, 0, 2, 2, 1]) {
      const profile = profiles[user] as (typeof profiles)[number];
      for (let item = 0; item < model.itemCount; item++) {
        expect(explain(profile, item)).toEqual(alone[user]?.[item]);
        const sum = explain(profile, item).reduce((all, part) => all + part, 0);
        model.scoreProfileInto(profile, scores);
        const largest = Math.max(...scores.map(Math.abs));
        expect(Math.abs(sum - (scores[item] as number))).toBeLessThanOrEqual(1e-4 * largest);
      }
    }
  },
);
