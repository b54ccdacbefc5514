import { describe, expect, it } from "vitest";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import type { ArtifactStore } from "#storage/artifact-store.ts";
import { createDatasets } from "#trainer/work/datasets.ts";
import { studySpec } from "../../core/jobs/study-fixture.ts";

const spec = { ...studySpec().split, heldout_ratio: 0.3 };

async function sectionsOf(userCount: number) {
  const builder = new DatasetBuilder({ hasTimes: true });
  for (let user = 0; user < userCount; user++)
    for (let at = 0; at < 12; at++)
      builder.add(`u${user}`, `i${(7 * user + 5 * at * at) % 41}`, 1, 1000 * at);
  return datasetSections((await builder.finish(async () => undefined)).dataset);
}

/** Datasets a and b, and the keys that were read. */
async function world(mostBytes?: number) {
  const sections = { a: await sectionsOf(60), b: await sectionsOf(50) };
  const read: string[] = [];
  const getSections: ArtifactStore["getSections"] = async (key, _kind, isWanted) => {
    read.push(key);
    if (!(key in sections)) throw new Error("no such dataset");
    return sections[key as "a" | "b"].filter(({ name }) => isWanted(name));
  };
  const never = async () => {
    throw new Error("there are no tables");
  };
  const artifacts = { getSections, get: never, put: never, open: never };
  const effects = { artifacts, now: () => 0, pause: async () => undefined };
  return { read, datasets: createDatasets(effects, mostBytes) };
}

describe("the trainer's datasets", () => {
  it("stay loaded with their splits where they are small", async () => {
    const { read, datasets } = await world();
    const split = await datasets.split({ datasetKey: "a" }, spec, false);
    await datasets.load({ datasetKey: "a" });
    await datasets.split({ datasetKey: "a" }, spec, true);
    expect(await datasets.split({ datasetKey: "a" }, spec, false)).toBe(split);
    // The order of interactions is read where it is needed, without the rest.
    expect(read).toEqual(["a", "a"]);
  });

  it("are loaded one at a time", async () => {
    const { read, datasets } = await world();
    await datasets.load({ datasetKey: "a" });
    await datasets.split({ datasetKey: "b" }, spec, false);
    await datasets.load({ datasetKey: "a" });
    expect(read).toEqual(["a", "b", "a"]);
  });

  it("are dropped when they exceed the limit, except the last used", async () => {
    const { read, datasets } = await world(1000);
    const split = await datasets.split({ datasetKey: "a" }, spec, false);
    expect(await datasets.split({ datasetKey: "a" }, spec, false)).toBe(split);
    expect(read).toEqual(["a"]);
    await datasets.load({ datasetKey: "a" });
    expect(await datasets.split({ datasetKey: "a" }, spec, false)).not.toBe(split);
    expect(read).toEqual(["a", "a"]);
  });

  it("that cannot be read are read again for the next request", async () => {
    const { read, datasets } = await world();
    await expect(datasets.load({ datasetKey: "c" })).rejects.toThrow("no such dataset");
    await expect(datasets.load({ datasetKey: "c" })).rejects.toThrow("no such dataset");
    expect(read).toEqual(["c", "c"]);
  });
});
