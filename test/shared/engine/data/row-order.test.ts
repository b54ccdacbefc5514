/** No result depends on the order of the rows in a file. */
import { afterEach, describe, expect, it } from "vitest";
import { ALGORITHM_NAMES, type AlgorithmName, type AlgorithmParams } from "#contract/algorithms.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import type { DuplicateRule } from "#engine/data/dataset-rules.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { createRandom, shuffleInPlace } from "#engine/random.ts";
import { modelSections } from "#engine/serve/model-artifact.ts";
import { fitModel, inputOf } from "../algorithms/fit-fixture.ts";
import { loadWasmKernels } from "../kernels/load-kernels.ts";
import { COLUMNS, ingest } from "./files.ts";

const kernels = loadWasmKernels();
afterEach(() => kernels.freeAll());

/** Ids of unequal length and many scripts; repeated pairs with weights whose sum rounds by its order; few distinct times. */
function rowsOf(seed: number): string[] {
  const random = createRandom(seed);
  const rows: string[] = [];
  for (let row = 0; row < 900; row++) {
    const user = ["u", "Ä-", "日", "user-1"][random.below(4)] + String(random.below(12));
    const item = `${"x".repeat(random.below(3))}${random.below(14)}`;
    const weight = (10 ** (random.below(9) - 4) * (1 + random.next())).toPrecision(7);
    rows.push(`${user},${item},${weight},2024-01-0${1 + random.below(4)}`);
  }
  return rows;
}

const read = (rows: readonly string[], duplicates: DuplicateRule = "sum") =>
  ingest(`user,item,weight,time\n${rows.join("\n")}\n`, {
    columns: COLUMNS,
    rules: { duplicates, halfLifeMs: 86_400_000 },
  });

function shuffled(rows: readonly string[], seed: number): string[] {
  const copy = [...rows];
  shuffleInPlace(copy, createRandom(seed));
  return copy;
}

const FEW: Partial<Record<AlgorithmName, AlgorithmParams>> = {
  IALS: { n_components: 6, train_epochs: 3 },
  BPR: { n_components: 6, train_epochs: 3 },
  NMF: { n_components: 4 },
  GFCF: { n_components: 6 },
  Blend: { "IALS.n_components": 6, "IALS.train_epochs": 3, "weight.CosineUserKNN": 1, "weight.GFCF": 1 },
};

describe("in whatever order the rows of a file come", () => {
  it.each(["sum", "last", "max", "binary"] as const)(
    "the dataset is the same to the last bit (duplicates: %s)",
    async (duplicates) => {
      const rows = rowsOf(3);
      const { dataset: expected } = await read(rows, duplicates);
      for (const seed of [1, 2, 3]) {
        const { dataset } = await read(shuffled(rows, seed), duplicates);
        expect(datasetSections(dataset)).toEqual(datasetSections(expected));
      }
    },
  );

  it.each(ALGORITHM_NAMES)("%s learns the same model to the last bit", async (name) => {
    const rows = rowsOf(5);
    const modelOf = async (lines: readonly string[]) => {
      const { dataset } = await read(lines);
      const model = fitModel(name, inputOf(withAges(dataset).userItems, kernels), FEW[name] ?? {});
      return modelSections(model, dataset);
    };
    const expected = await modelOf(rows);
    expect(await modelOf(shuffled(rows, 8))).toEqual(expected);
    expect(await modelOf([...rows].reverse())).toEqual(expected);
  });

  it("ids stand by length and then by bytes, so whole numbers stand by value", async () => {
    const { dataset } = await ingest("user,item\n10,b\n9,a\n-,aa\n100,é\n9,B\n");
    expect(idsOf(dataset.users)).toEqual(["-", "9", "10", "100"]);
    expect(idsOf(dataset.items)).toEqual(["B", "a", "b", "aa", "é"]);
    for (const [index, id] of idsOf(dataset.items).entries()) expect(dataset.items.indexOf(id)).toBe(index);
  });
});

function idsOf(map: { size: number; idAt(index: number): string }): string[] {
  return Array.from({ length: map.size }, (_, index) => map.idAt(index));
}
