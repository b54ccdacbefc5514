/** A user is erased from a file past one isolate as from a small one, whatever fails, and the old version stays until the new one is there. */
import { describe, expect, it } from "vitest";
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import { buildDataset } from "#engine/data/build/build-dataset.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { createRandom } from "#engine/random.ts";
import { advanceCuttable, isSharded } from "#jobs/cuttable-job.ts";
import type {
  ErasureEvent,
  ErasureReply,
  ErasureResult,
  ErasureSpec,
  ErasureState,
} from "#jobs/erasure-job.ts";
import type { StagedEffect } from "#jobs/staged-job.ts";
import type { Step } from "#jobs/step.ts";
import { gunzip } from "#platform/gunzip.ts";
import { heldBytesOfDataset } from "#storage/dataset-size.ts";
import { erasedKey, erasureShardsPrefix, uploadKey } from "#storage/keys.ts";
import { erase } from "#trainer/consumers/erase.ts";
import { eraseTask } from "#trainer/consumers/erase-task.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createWork } from "#trainer/work/work.ts";
import { artifactsIn, hexOf } from "../work/faulty-cases.ts";
import { FaultyStages, NO_FAULTS, USUAL_FAULTS } from "../work/faulty-stages.ts";
import { memoryBucket, type Objects } from "../work/memory-bucket.ts";

const COLUMNS = { user: "user", item: "item", weight: "weight", time: "time" };
const FILE = "projects/3/uploads/file";
const SPEC: ErasureSpec = {
  ...{ itemId: 9, source: "training_data", rowId: 7, projectId: 3, userId: "u1", columns: COLUMNS },
  ...{ fileName: "data.csv", fileKey: FILE, artifactKey: "projects/3/datasets/7.edgewise" },
  newFileKey: uploadKey(3, "erased9-ab"),
  newArtifactKey: erasedKey(3, "9-ab"),
};
const HEADER = "user,item,weight,time\n";

function linesOf(users: number): string[] {
  const random = createRandom(5);
  return Array.from({ length: 220 }, () =>
    [`u${random.below(users)}`, `i${random.below(25)}`, 1 + random.below(5), 1.7e9 + random.below(1e6)].join(
      ",",
    ),
  );
}

const bytesOf = (lines: readonly string[]) => new TextEncoder().encode(`${HEADER}${lines.join("\n")}\n`);

/** The job after its first worker, which finds the file too large when more than some bytes are left. */
async function begun(objects: Objects, isolateFileBytes: number): Promise<ErasureState> {
  const started = advanceCuttable<ErasureSpec, ErasureResult>(null, { type: "start", spec: SPEC }, 0);
  let state = started?.state as ErasureState;
  const bucket = memoryBucket(objects);
  const deps = {
    ...{ store: bucket, files: bucket, artifacts: artifactsIn(bucket), isolateFileBytes },
    work: (renew: (progress: number) => Promise<boolean>) =>
      createWork({ now: () => 0, pause: async () => undefined, renew }),
    erasure: () => ({
      handle: async (event: ErasureEvent) => {
        const step = advanceCuttable(state, event, 0);
        if (step) state = step.state;
        return step?.reply ?? { type: "nothing" };
      },
    }),
  } as unknown as TrainerDeps;
  await erase(deps, { v: 1, kind: "erase", itemId: SPEC.itemId });
  return state;
}

type Begin = Step<ErasureState, StagedEffect, ErasureReply>;

function stagesOf(state: ErasureState, objects: Objects, seed: number) {
  return new FaultyStages<ErasureState, ErasureEvent, ErasureReply>(
    {
      begin: (): Begin => ({
        state,
        effects: [{ type: "send-tasks", tasks: [0] }],
        reply: { type: "nothing" },
        alarmAt: 0,
      }),
      advance: (job, event, now) => advanceCuttable(job, event, now) as Begin | null,
      stageOf: (job) => (isSharded(job) ? job.staged.stage : 0),
      consume: ({ bucket, job, ...world }, { stage, task }) => {
        const deps = {
          ...world,
          artifacts: artifactsIn(bucket),
          isolateFileBytes: 1_500,
          erasure: () => job,
        };
        const message = { v: 1, kind: "erase-task", itemId: SPEC.itemId, stage, task } as const;
        return eraseTask(deps as unknown as TrainerDeps, message);
      },
      prefix: erasureShardsPrefix(SPEC.newArtifactKey),
      settle: () => undefined,
    },
    { objects, seed, faults: seed === 0 ? NO_FAULTS : USUAL_FAULTS },
  );
}

/** What is left when the lines are read in one go, under the keys of the erasure. */
async function whole(lines: readonly string[], file: Uint8Array) {
  const left = bytesOf(lines);
  // As the whole file was read.
  const alike = { columns: { ...COLUMNS, header: true }, separator: "," };
  const options = { ...alike, gunzip, breathe: async () => {}, rules: {} };
  const { dataset, report } = await buildDataset(
    { name: "data.csv", bytes: new Blob([left]).stream() },
    options,
  );
  const [fileKey, artifactKey] = [`${SPEC.newFileKey}-1`, `${SPEC.newArtifactKey}-1.edgewise`];
  const objects: Objects = new Map([
    [FILE, file],
    [fileKey, left],
  ]);
  const content = {
    kind: DATASET_KIND,
    meta: { data_id: 7, project_id: 3 },
    sections: datasetSections(dataset),
  };
  const artifacts = artifactsIn(memoryBucket(objects));
  const bytes = await artifacts.put(artifactKey, content);
  const sizes = content.sections.map(({ name, data }) => ({ name, bytes: data.byteLength }));
  const held = { ...report, held_bytes: heldBytesOfDataset({ sections: sizes }) };
  const result = {
    file: { key: fileKey, name: "data.csv", bytes: left.length },
    ...{ artifact: { key: artifactKey, bytes }, report: JSON.parse(JSON.stringify(held)) },
    ...{ isEmpty: false, isLost: false },
  };
  return { objects: hexOf(objects), result };
}

describe("an erasure from a file past one isolate", () => {
  it("leaves the dataset, the file and the report of the other users", async () => {
    const lines = linesOf(12);
    const others = lines.filter((line) => !line.startsWith("u1,"));
    const file = bytesOf(lines);
    const expected = await whole(others, file);
    for (let seed = 0; seed <= 8; seed++) {
      const objects: Objects = new Map([[FILE, file]]);
      const state = await begun(objects, 1_500);
      expect(isSharded(state)).toBe(true);
      const stages = stagesOf(state, objects, seed);
      await stages.toEnd();
      expect(stages.state.task).toMatchObject({ phase: "done", lastError: null });
      expect(stages.state.result).toEqual({ ...expected.result, removed: lines.length - others.length });
      expect(hexOf(objects)).toEqual(expected.objects);
    }
  });

  it("stays with one worker while the rest fits", async () => {
    const objects: Objects = new Map([[FILE, bytesOf(linesOf(12))]]);
    const { result, task } = await begun(objects, 1e6);
    expect([task.phase, result?.artifact?.key]).toEqual(["done", `${SPEC.newArtifactKey}-1.edgewise`]);
  });

  it("says that nothing usable is left, and leaves nothing of the new version", async () => {
    const useless = Array.from({ length: 200 }, (_, row) => `,i${row},1,1700000000`);
    const file = bytesOf(["u1,i1,1,1700000000", ...useless]);
    const objects: Objects = new Map([[FILE, file]]);
    const stages = stagesOf(await begun(objects, 1_500), objects, 0);
    await stages.toEnd();
    expect(stages.state.task.lastError).toBeNull();
    expect(stages.state.result).toMatchObject({ removed: 1, isEmpty: true, file: null, artifact: null });
    expect([...objects.keys()]).toEqual([FILE]);
  });
});
