import { describe, expect, it } from "vitest";
import { withFloatFactors } from "#engine/algorithms/factor-store/stored-factors.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import { chooseBlendWeights } from "#engine/tune/blend/blend-weights.ts";
import { rowsOnly, validationSample } from "#engine/tune/plan/validation-sample.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import type { StudyEvent, StudyReply } from "#jobs/study-job.ts";
import type { BlendCandidate, StoredPart, WorkAssignment, WorkResult } from "#jobs/study-work.ts";
import { blendWeights } from "#trainer/consumers/blend-weights.ts";
import { fitPart } from "#trainer/consumers/fit-part.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { copyOf } from "../../../setup/copy-of.ts";
import { matrixOf, randomRows } from "../../../shared/engine/algorithms/fit-fixture.ts";
import { loadWasmKernels } from "../../../shared/engine/kernels/load-kernels.ts";
import { studySpec } from "../../core/jobs/study-fixture.ts";

const USERS = 40;
const ITEMS = 30;
const rows = randomRows(USERS, ITEMS, 1);
/** Every third interaction is held out. */
const keep = (isHeldOut: boolean) =>
  matrixOf(
    rows.map((row) => {
      let seen = 0;
      return row.map((value) => (value > 0 && (seen++ % 3 === 2) === isHeldOut ? value : 0));
    }),
  );
const [train, validation] = [keep(false), keep(true)];
const spec = studySpec();

const CANDIDATES = [
  { trial: 3, configuration: { algorithm: "DegreeKNN", params: { top_k: 20 } }, value: 0 },
  { trial: 8, configuration: { algorithm: "IALS", params: { n_components: 4, train_epochs: 2 } }, value: 0 },
] as const;

/** A study that gives one assignment, and the object store. */
function world() {
  const stored = new Map<string, ArtifactContent>();
  let assignment: WorkAssignment = { kind: "plan" };
  const results: WorkResult[] = [];
  const handle = async (event: StudyEvent): Promise<StudyReply> => {
    if (event.type === "claim-work") return { type: "work", claim: 1, spec, assignment };
    if (event.type === "complete-work") results.push(event.result);
    if (event.type === "fail-work" || event.type === "refuse-work") throw new Error(event.reason);
    return { type: "lease", keepOn: true, prune: false };
  };
  const split = { train, validation, test: validation, disliked: undefined };
  const deps = {
    datasets: {
      load: async () => ({ userItems: train }),
      split: async () => split,
      sample: async () => null,
    },
    kernels: createKernelPool(loadWasmKernels),
    study: () => ({ handle }),
    work: (renew: (progress: number) => Promise<boolean>) =>
      createWork({ now: () => 0, pause: async () => undefined, renew }),
    artifacts: {
      put: async (key: string, content: ArtifactContent) => {
        stored.set(key, copyOf(content));
        return 99;
      },
      get: async (key: string) => stored.get(key),
    },
  } as unknown as TrainerDeps;
  const give = (next: WorkAssignment) => {
    assignment = next;
  };
  return { deps, stored, results, give };
}

async function fitAll({ deps, give, results }: ReturnType<typeof world>): Promise<BlendCandidate[]> {
  const fitted: BlendCandidate[] = [];
  for (const { trial, configuration, value } of CANDIDATES) {
    give({ kind: "fit-part", trial, configuration });
    await fitPart(deps, { v: 1, kind: "fit-part", jobId: spec.jobId, trial });
    const result = results.pop() as { readonly part: StoredPart };
    fitted.push({ trial, configuration, value, part: result.part });
  }
  return fitted;
}

describe("the consumers of a study's blend", () => {
  it("store each part under the project, and the same again for a repeated message", async () => {
    const one = world();
    const [knn, factors] = await fitAll(one);
    expect(knn?.part).toEqual({
      trial: 3,
      key: `projects/${spec.projectId}/studies/${spec.jobId}.part-3`,
      bytes: 99,
    });
    const before = copyOf([...one.stored]);
    await fitAll(one);
    expect([...one.stored]).toEqual(before);
    const names = one.stored.get(factors?.part.key ?? "")?.sections.map(({ name }) => name);
    expect(names).toContain("ials.item-factors.int8");
    expect(names?.some((name) => name.includes("user"))).toBe(false);
  });

  it("find the weights that the command finds for the same models, and leave no kernel memory", async () => {
    const one = world();
    const parts = await fitAll(one);
    one.give({ kind: "blend-weights", slots: parts.map((part) => [part]) });
    await blendWeights(one.deps, { v: 1, kind: "blend-weights", jobId: spec.jobId });
    const users = validationSample(validation, spec.split.seed);
    const kernels = loadWasmKernels();
    const expected = runToEnd(
      chooseBlendWeights({
        ...{ slots: [1, 1], seen: train, heldout: rowsOnly(validation, users), maxUsers: users.length },
        ...{ metric: spec.metric, cutoff: spec.cutoff, seed: spec.seed },
      }),
      (step) => {
        const own = step.type === "open" ? parts[step.slot] : undefined;
        const sections = own && one.stored.get(own.part.key)?.sections;
        return (
          sections && algorithmOf(own.configuration.algorithm).decode(withFloatFactors(sections), kernels)
        );
      },
    );
    const chosen = expected.parts.flatMap(({ weight }, slot) =>
      weight > 0 ? [{ trial: parts[slot]?.trial, weight }] : [],
    );
    const configuration = { algorithm: "Blend", params: expect.objectContaining({ "IALS.train_epochs": 2 }) };
    const value = { value: expected.value, parts: chosen, isBetter: chosen.length > 1 };
    expect(chosen).toHaveLength(2);
    expect(one.results).toEqual([{ kind: "blend-weights", blend: { configuration, ...value } }]);
    expect(kernels.allocatedBytes).toBe(0);
  });
});
