import { type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import { shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import { withFloatFactors } from "#engine/algorithms/factor-store/stored-factors.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { blendParams } from "#engine/tune/blend/blend-candidates.ts";
import { type BlendWeights, chooseBlendWeights, type OpenedModel } from "#engine/tune/blend/blend-weights.ts";
import { rowsOnly, validationSample } from "#engine/tune/plan/validation-sample.ts";
import type { BlendWeightsMessage } from "#jobs/messages.ts";
import type { StudySpec } from "#jobs/study-job.ts";
import type { BlendCandidate, BlendChoice, BlendSlot } from "#jobs/study-work.ts";
import { refusalOnAllData } from "../blocks/blocked-training.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Work } from "../work/work.ts";
import { workOnStudy } from "./study-work.ts";

/** Finds the weights of the stored parts on the validation part, with one of them in memory at a time. */
export function blendWeights(deps: TrainerDeps, message: BlendWeightsMessage): Promise<void> {
  return workOnStudy(deps, message, ({ spec, assignment: { slots } }, work) =>
    deps.kernels.use(async (kernels) => {
      const found = await weigh({ deps, kernels, spec, slots, work });
      return { kind: "blend-weights", blend: await choiceOf(deps, spec, slots, found) };
    }),
  );
}

interface Weighing {
  readonly deps: TrainerDeps;
  readonly kernels: Kernels;
  readonly spec: StudySpec;
  readonly slots: readonly BlendSlot[];
  readonly work: Work;
}

async function weigh({ deps, kernels, spec, slots, work }: Weighing): Promise<BlendWeights> {
  const { train, validation, validationItems, disliked, features, queries } = await deps.datasets.split(
    spec,
    spec.split,
    slots.some((slot) =>
      slot.some(({ configuration: { algorithm, params } }) => needsAges(algorithm, params)),
    ),
  );
  const users = validationSample(validation, spec.split.seed);
  const steps = chooseBlendWeights({
    slots: slots.map(({ length }) => length),
    ...{ seen: train, heldout: rowsOnly(validation, users), disliked, maxUsers: users.length },
    ...{ candidates: validationItems, userFeatures: features?.users, queries },
    ...{ metric: spec.metric, cutoff: spec.cutoff, seed: spec.seed },
  });
  let model: OpenedModel | undefined;
  try {
    for (;;) {
      const step = steps.next(model);
      model = undefined;
      if (step.done) return step.value;
      if (step.value.type === "work") await work.breathe(step.value.progress);
      else model = await open(deps, kernels, slots[step.value.slot]?.[step.value.alternative]);
    }
  } finally {
    steps.return(undefined as never);
  }
}

async function open(
  { artifacts }: TrainerDeps,
  kernels: Kernels,
  candidate: BlendCandidate | undefined,
): Promise<OpenedModel> {
  if (!candidate) throw new RangeError("The blend has no such part.");
  const { sections } = await artifacts.get(candidate.part.key, CHECKPOINT_KIND);
  return algorithmOf(candidate.configuration.algorithm).decode(withFloatFactors(sections), kernels);
}

/** The blend is chosen only if it beats its best part, and its training has room. */
async function choiceOf(
  deps: TrainerDeps,
  spec: StudySpec,
  slots: readonly BlendSlot[],
  found: BlendWeights,
): Promise<BlendChoice> {
  const chosen = found.parts.flatMap(({ alternative, ...weights }, at) => {
    const candidate = slots[at]?.[alternative];
    return candidate && weights.weight > 0 ? [{ ...candidate, ...weights }] : [];
  });
  const params = blendParams(
    chosen.map(({ configuration, weight, lengthPower }) => ({ ...configuration, weight, lengthPower })),
  );
  // Values compare only on the same users.
  const rivals = found.isCut ? found.alone.flat() : slots.flat().map(({ value }) => value);
  const { userItems, features, sequences } = await deps.datasets.load(spec, needsAges(BLEND, params));
  const isBetter =
    chosen.length > 1 &&
    found.value > Math.max(...rivals) &&
    estimateFit(shapeOf(userItems, features, { sequences }), BLEND, params, spec.memoryBudgetMb).accepted &&
    (await canLearnFromAll(deps, spec, params));
  const parts = chosen.map(({ trial, weight }) => ({ trial, weight }));
  return { configuration: { algorithm: BLEND, params }, value: found.value, parts, isBetter };
}

/** Where the study has a sample, the blend has to be one that trains on all data, too. */
async function canLearnFromAll(
  deps: TrainerDeps,
  spec: StudySpec,
  params: AlgorithmParams,
): Promise<boolean> {
  if (!(await deps.datasets.sample(spec))) return true;
  return (await refusalOnAllData(deps, spec))(BLEND, params) === null;
}
