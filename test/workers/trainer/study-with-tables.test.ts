/** A study of data with tables: trials read them, and the end has figures of new items and new users, also where workers die. */
import { describe, expect, it } from "vitest";
import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import { METADATA_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import { readMetadata } from "#engine/data/build/read-metadata.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { metadataSections } from "#engine/data/item-metadata.ts";
import { createRandom } from "#engine/random.ts";
import { LEASE_TTL_MS } from "#jobs/leased-task.ts";
import type { StudyEvent, StudyReply, StudySpec } from "#jobs/study-job.ts";
import { nameOfWork, type StudyWork } from "#jobs/study-work.ts";
import { StudyChooser } from "#services/tuning/study-policy.ts";
import { ArtifactMissing } from "#storage/artifact-store.ts";
import { studyFeaturesKey } from "#storage/keys.ts";
import { blendWeights } from "#trainer/consumers/blend-weights.ts";
import { cold } from "#trainer/consumers/cold.ts";
import { final } from "#trainer/consumers/final.ts";
import { fitPart } from "#trainer/consumers/fit-part.ts";
import { plan } from "#trainer/consumers/plan.ts";
import { trial } from "#trainer/consumers/trial.ts";
import { createDatasets } from "#trainer/work/datasets.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { copyOf } from "../../setup/copy-of.ts";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";
import { StudyRun, studySpec } from "../core/jobs/study-fixture.ts";

const GROUPS = 4;
const ITEMS = 48;
const KEY = studyFeaturesKey(1, 7);

/** Most of what users take is of the group of their number. */
async function interactions() {
  const random = createRandom(5);
  const builder = new DatasetBuilder({ hasTimes: false });
  for (let user = 0; user < 80; user++)
    for (let n = 0; n < 12; n++) {
      const group = random.next() < 0.85 ? user % GROUPS : n % GROUPS;
      builder.add(`u${user}`, `i${GROUPS * random.below(ITEMS / GROUPS) + group}`, 1, Number.NaN);
    }
  return (await builder.finish(async () => undefined)).dataset;
}

async function table(about: "item" | "user", count: number): Promise<readonly Section[]> {
  const prefix = about === "item" ? "i" : "u";
  const lines = Array.from({ length: count }, (_, at) => `${prefix}${at},group ${at % GROUPS}`);
  const bytes = (async function* () {
    yield new TextEncoder().encode(`id,kind\n${lines.join("\n")}\n`);
  })();
  const options = { about, columns: { item: "id" }, breathe: async () => undefined };
  const { metadata } = await readMetadata({ name: `${about}.csv`, bytes } as never, options as never);
  return metadataSections(metadata);
}

const source = (metadataKey: string) => ({ metadataKey, columns: null });
const spec: StudySpec = studySpec({
  ...{ algorithms: ["FeatureIALS", "TopPop"], trialCount: 6, triesBlend: false, seed: 3 },
  split: { ...studySpec().split, heldout_ratio: 0.3 },
  features: { artifactKey: KEY, items: source("items"), users: source("users") },
});

/** Runs a study to its end; the first worker of each named piece of work dies when it would report. */
async function endOf(given: StudySpec, deadly: readonly string[] = []) {
  const run = new StudyRun(given, new StudyChooser(), null);
  const stored = new Map<string, ArtifactContent>([
    [given.datasetKey, { kind: "dataset", meta: {}, sections: datasetSections(await interactions()) }],
    ["items", { kind: METADATA_KIND, meta: {}, sections: await table("item", ITEMS) }],
    ["users", { kind: METADATA_KIND, meta: {}, sections: await table("user", 80) }],
  ]);
  const get = async (key: string) => {
    const found = stored.get(key);
    if (!found) throw new ArtifactMissing(key);
    return found;
  };
  const artifacts = {
    get,
    getSections: async (key: string, _kind: string, isWanted: (name: string) => boolean) =>
      (await get(key)).sections.filter(({ name }) => isWanted(name)),
    put: async (key: string, content: ArtifactContent) => {
      stored.set(key, copyOf(content));
      return 1;
    },
  };
  const dying = new Set(deadly);
  let isDead = false;
  const handle = async (event: StudyEvent): Promise<StudyReply> => {
    const name = event.type === "complete-work" ? nameOfWork(event.work) : event.type;
    if (dying.delete(name)) isDead = true;
    if (isDead) throw new Error("killed");
    return run.tell(event);
  };
  const deps = () =>
    ({
      // A worker that died has nothing in memory.
      datasets: createDatasets({ artifacts, now: () => 0, pause: async () => undefined } as never),
      ...{ artifacts, kernels: createKernelPool(loadWasmKernels), study: () => ({ handle }) },
      files: { put: async () => null },
      work: (renew: (progress: number) => Promise<boolean>) =>
        createWork({ now: () => 0, pause: async () => undefined, renew }),
    }) as unknown as TrainerDeps;
  let deaths = 0;
  const deliver = async (send: () => Promise<void>) => {
    try {
      await send();
    } catch (error) {
      expect(error).toMatchObject({ message: "killed" });
      deaths++;
      isDead = false;
      run.now += LEASE_TTL_MS;
      run.tell({ type: "alarm" });
      await send();
    }
  };
  const consumers = { plan, final, cold, "fit-part": fitPart, "blend-weights": blendWeights } as const;
  const work = async (piece: StudyWork) => {
    const consumer = consumers[piece.kind as keyof typeof consumers];
    await deliver(() => consumer(deps(), { v: 1, jobId: 7, ...piece } as never));
  };
  while (run.current.phase !== "completed" && run.current.phase !== "failed") {
    if (run.current.phase === "searching") {
      for (const { number, task } of run.current.trials)
        if (task.phase === "waiting")
          await deliver(() => trial(deps(), { v: 1, kind: "trial", jobId: 7, trial: number }));
    } else for (const { work: piece } of run.current.work) await work(piece);
  }
  const { phase, trials, finalResult, coldResult, blend } = run.current;
  const found = trials.map(({ configuration, outcome }) => ({ configuration, outcome }));
  return { deaths, stored, outcome: { phase, found, finalResult, coldResult, blend } };
}

describe("a study of data with tables", () => {
  it("has figures of new items and new users, far above those without a table", async () => {
    const { outcome, stored } = await endOf(spec);
    const { features: _, ...without } = spec;
    const plain = await endOf(without);
    expect(outcome.phase).toBe("completed");
    expect([...stored.keys()]).toContain(KEY);
    const { cold_items: items, cold_users: users } = outcome.coldResult ?? {};
    expect(items?.winner["ndcg@10"]).toBeGreaterThan((items?.popularity["ndcg@10"] ?? 1) + 0.15);
    expect(users?.winner["ndcg@10"]).toBeGreaterThan((users?.popularity["ndcg@10"] ?? 1) + 0.15);
    expect(users).toMatchObject({ users: 16, measured_users: 16 });
    expect(plain.outcome).toMatchObject({ phase: "completed", coldResult: undefined });
    expect([...plain.stored.keys()]).not.toContain(KEY);
    expect(plain.outcome.finalResult).not.toEqual(outcome.finalResult);
  });

  it.each(["cold-items", "cold-users"] as const)(
    "is tuned for %s where its split holds them out",
    async (scheme) => {
      const split = { ...spec.split, scheme, heldout_ratio: 0.2 };
      const { outcome } = await endOf({ ...spec, split });
      expect(outcome.phase).toBe("completed");
      const valuesOf = (name: string) =>
        outcome.found.flatMap(({ configuration, outcome: end }) =>
          configuration?.algorithm === name && end ? [end.value] : [],
        );
      // Every trial is measured on items or users that its fit has not seen.
      const [hybrid, popular] = [Math.max(...valuesOf("FeatureIALS")), Math.max(...valuesOf("TopPop"))];
      expect(hybrid).toBeGreaterThan(popular + 0.15);
      const { winner, popularity } = outcome.finalResult ?? {};
      expect(winner?.["ndcg@10"]).toBeGreaterThan((popularity?.["ndcg@10"] ?? 1) + 0.15);
      expect(Object.keys(outcome.coldResult ?? {})).toEqual(["cold_items", "cold_users"]);
    },
  );

  it.each(["cold-items", "cold-users"] as const)("may end in a blend for %s", async (scheme) => {
    const blending: StudySpec = {
      ...{ ...spec, algorithms: ["FeatureIALS", "DegreeKNN"], triesBlend: true },
      split: { ...spec.split, scheme, heldout_ratio: 0.2 },
    };
    const { outcome } = await endOf(blending);
    expect(outcome.phase).toBe("completed");
    const values = outcome.found.flatMap(({ outcome: end }) => (end ? [end.value] : []));
    // Parts are stored with rounded factors, so their own values differ a little from those of the trials.
    expect(outcome.blend?.value).toBeGreaterThan(Math.max(...values) - 0.02);
    expect(outcome.blend?.parts.length).toBeGreaterThan(0);
    expect(outcome.finalResult?.winner["ndcg@10"]).toBeGreaterThan(
      (outcome.finalResult?.popularity["ndcg@10"] ?? 1) + 0.15,
    );
  });

  it("has the same end where workers die in any piece of its work", async () => {
    const { outcome } = await endOf(spec);
    const deadly = ["plan", "complete-trial", "final", "cold-items", "cold-users"];
    expect(await endOf(spec, deadly)).toMatchObject({ deaths: deadly.length, outcome });
  });

  it("ends without a cold figure if its measurement fails, and says so", async () => {
    const run = new StudyRun(studySpec({ trialCount: 1, ...(spec.features && { features: spec.features }) }));
    run.complete(0, 0.5);
    expect(run.sent).toEqual(["final", "cold-items", "cold-users"]);
    for (const scheme of ["cold-items", "cold-users"] as const) {
      const piece = { kind: "cold", scheme } as const;
      const { claim } = run.claimWork(piece);
      run.tell({ type: "refuse-work", work: piece, claim, reason: "too large" });
      expect(run.logged.join("\n")).toContain(`not be measured on ${scheme.replace("-", " ")}. too large`);
    }
    const result = { kind: "final", result: { winner: {}, popularity: {} } } as const;
    const { claim } = run.claimWork({ kind: "final" });
    run.tell({ type: "complete-work", work: { kind: "final" }, claim, result });
    expect(run.current).toMatchObject({ phase: "completed", finalResult: result.result });
    expect(run.current.coldResult).toBeUndefined();
  });
});
