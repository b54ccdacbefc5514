/** Whatever fails on the way, a staged job ends with the bytes of one isolate, and leaves nothing else. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import { buildDataset } from "#engine/data/build/build-dataset.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { createRandom } from "#engine/random.ts";
import { blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import type { IngestionResult, IngestionSpec } from "#jobs/ingestion-job.ts";
import type { MeasuringSpec } from "#jobs/study-measuring.ts";
import { gunzip } from "#platform/gunzip.ts";
import { heldBytesOfDataset } from "#storage/dataset-size.ts";
import { datasetKey, resamplesKey } from "#storage/keys.ts";
import { loadWasmKernels } from "../../../shared/engine/kernels/load-kernels.ts";
import { madeDataset } from "../../../shared/engine/scale/made-dataset.ts";
import { randomCsr } from "../../../shared/engine/scale/random-csr.ts";
import { studySpec } from "../../core/jobs/study-fixture.ts";
import { artifactsIn, FITTED, fitCase, hexOf, ingestionCase, measuringCase } from "./faulty-cases.ts";
import { type Faults, FaultyStages, NO_FAULTS, USUAL_FAULTS } from "./faulty-stages.ts";
import { memoryBucket, type Objects } from "./memory-bucket.ts";

const COLUMNS = { user: "user", item: "item", weight: "weight", time: "time" };
const [PROJECT, ROW] = [3, 7];
const FILE = "projects/3/uploads/file";
const SPEC: IngestionSpec = {
  source: "training_data",
  rowId: ROW,
  projectId: PROJECT,
  fileKey: FILE,
  fileName: "data.csv",
  artifactKey: datasetKey(PROJECT, ROW),
  columns: COLUMNS,
};
const ISOLATE_BYTES = 1_500;

const file = new TextEncoder().encode(fileOf(220));

function fileOf(rowCount: number): string {
  const random = createRandom(5);
  const rows = Array.from({ length: rowCount }, () =>
    [`u${random.below(40)}`, `i${random.below(25)}`, random.below(9) - 1, 1.7e9 + random.below(1e6)].join(
      ",",
    ),
  );
  return `user,item,weight,time\n${rows.join("\n")}\n`;
}

/** What one isolate leaves. */
async function whole(): Promise<{ objects: Record<string, string>; report: unknown }> {
  const objects: Objects = new Map([[FILE, file]]);
  const source = { name: SPEC.fileName, bytes: new Blob([file]).stream() };
  const options = { gunzip, breathe: async () => {}, columns: COLUMNS, rules: {} };
  const { dataset, report } = await buildDataset(source, options);
  const meta = { data_id: ROW, project_id: PROJECT };
  const content = { kind: DATASET_KIND, meta, sections: datasetSections(dataset) };
  const artifacts = artifactsIn(memoryBucket(objects));
  await artifacts.put(SPEC.artifactKey, content);
  const sizes = content.sections.map(({ name, data }) => ({ name, bytes: data.byteLength }));
  const held = { ...report, held_bytes: heldBytesOfDataset({ sections: sizes }) };
  return { objects: hexOf(objects), report: JSON.parse(JSON.stringify(held)) };
}

function readingOf(seed: number, more: { cancelAt?: number } & Partial<Faults> = {}) {
  const objects: Objects = new Map([[FILE, file]]);
  const { cancelAt, ...others } = more;
  const faults = { ...USUAL_FAULTS, ...others };
  const run = { objects, seed, faults, ...(cancelAt !== undefined && { cancelAt }) };
  return { objects, stages: new FaultyStages(ingestionCase(SPEC, ISOLATE_BYTES), run) };
}

const SEEDS = Array.from({ length: 50 }, (_, seed) => seed + 1);

describe("a file read in stages", () => {
  let expected: Awaited<ReturnType<typeof whole>>;
  beforeAll(async () => {
    expected = await whole();
  });

  it("is the dataset of one isolate, whatever fails", async () => {
    const seen = { killed: 0, frozen: 0, restarts: 0, lost: 0, doubled: 0 };
    for (const seed of SEEDS) {
      const { objects, stages } = readingOf(seed);
      await stages.toEnd();
      const { task, result, settled } = stages.state;
      expect({ seed, error: task.lastError, phase: task.phase, settled }).toEqual({
        ...{ seed, error: null, phase: "done", settled: true },
      });
      expect((result as IngestionResult).report).toEqual(expected.report);
      expect(hexOf(objects)).toEqual(expected.objects);
      for (const fault of Object.keys(seen) as (keyof typeof seen)[]) seen[fault] += stages.counts[fault];
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(SEEDS.length);
  });

  it("leaves nothing when it is cancelled", async () => {
    const phases = new Set<string>();
    for (const seed of SEEDS.slice(0, 20)) {
      const { objects, stages } = readingOf(seed, { cancelAt: 20 * seed, frozenWorkers: 60 });
      await stages.toEnd();
      phases.add(stages.state.task.phase);
      if (stages.state.task.phase === "failed") expect([...objects.keys()]).toEqual([FILE]);
    }
    expect(phases).toContain("failed");
  });

  it("leaves nothing when it fails", async () => {
    for (const seed of SEEDS.slice(0, 10)) {
      const { objects, stages } = readingOf(seed, {
        killsOfTask: 100,
        killedWorkers: 200,
        frozenWorkers: 30,
      });
      await stages.toEnd();
      expect(stages.state.task.phase).toBe("failed");
      expect([...objects.keys()]).toEqual([FILE]);
    }
  });
});

const FITS = [
  { algorithm: "IALS", params: { n_components: 8, train_epochs: 2 } },
  { algorithm: "DegreeKNN", params: { top_k: 10 } },
] as const;

describe("a fit by blocks", () => {
  const kernels = loadWasmKernels();
  afterAll(() => kernels.freeAll());
  const userItems = randomCsr({ rowCount: 60, columnCount: 30, density: 0.2, seed: 1 });
  const data = blockedDatasetFrom({ userItems }, 1_500);

  it.each(FITS)("of $algorithm is the same, whatever fails", async (fit) => {
    const models = new Set<string>();
    for (let seed = 0; seed <= 10; seed++) {
      const objects: Objects = new Map();
      const faults = seed === 0 ? NO_FAULTS : USUAL_FAULTS;
      const stages = new FaultyStages(fitCase({ ...fit, data, kernels }), { objects, seed, faults });
      await stages.toEnd();
      expect(stages.state.task).toMatchObject({ phase: "done", lastError: null });
      expect([...objects.keys()]).toEqual([FITTED]);
      models.add(hexOf(objects)[FITTED] as string);
    }
    expect(models.size).toBe(1);
  });
});

describe("a measurement on all data", () => {
  const kernels = loadWasmKernels();
  afterAll(() => kernels.freeAll());
  const dataset = {
    kind: DATASET_KIND,
    meta: {},
    sections: datasetSections(madeDataset({ users: 240, items: 40, density: 0.2 }), 2_500),
  };
  const { split, ...whole } = studySpec();
  const spec: MeasuringSpec = {
    ...{ jobId: whole.jobId, projectId: PROJECT, datasetKey: whole.datasetKey, hasTimes: false },
    ...{ split, part: "test", metric: "ndcg", cutoff: 10 },
    fits: [
      { algorithm: "IALS", params: { n_components: 4, train_epochs: 1 }, seed: 1 },
      { algorithm: "TopPop", params: {}, seed: 1 },
      { algorithm: "DenseSLIM", params: {}, seed: 1 },
    ],
  };
  const run = (seed: number, more: { cancelAt?: number } = {}) => {
    const objects: Objects = new Map();
    const faults = seed === 0 ? NO_FAULTS : USUAL_FAULTS;
    const stages = new FaultyStages(measuringCase(spec, dataset, kernels), {
      objects,
      seed,
      faults,
      ...more,
    });
    return { objects, stages };
  };

  it("has the same figures, whatever fails, and leaves nothing", async () => {
    const found = new Set<string>();
    for (let seed = 0; seed <= 8; seed++) {
      const { objects, stages } = run(seed);
      await stages.toEnd();
      expect(stages.state.task).toMatchObject({ phase: "done", lastError: null });
      expect([...objects.keys()]).toEqual([resamplesKey(PROJECT, spec.jobId)]);
      found.add(JSON.stringify(stages.state.result));
    }
    const [result = ""] = found;
    expect(found.size).toBe(1);
    expect(JSON.parse(result).measured).toEqual([
      expect.objectContaining({ users: 40 }),
      expect.objectContaining({ users: 40, behind: expect.anything() }),
      { reason: expect.stringContaining("DenseSLIM needs all data in one isolate") },
    ]);
  });

  it("leaves nothing when it is cancelled", async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const { objects, stages } = run(seed, { cancelAt: 60 * seed });
      await stages.toEnd();
      expect(stages.state.task.phase).toBe("failed");
      expect([...objects.keys()].filter((key) => key.includes("/studies/"))).toEqual([]);
    }
  });
});
