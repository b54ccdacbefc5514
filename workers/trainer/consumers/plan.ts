import { shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { withTables } from "#engine/algorithms/needs-tables.ts";
import { tablesIn } from "#engine/data/side-features.ts";
import { EngineError } from "#engine/engine-error.ts";
import { nextItemsOf } from "#engine/tune/plan/default-algorithms.ts";
import { planStudy } from "#engine/tune/plan/plan-study.ts";
import { validationSample } from "#engine/tune/plan/validation-sample.ts";
import type { PlanMessage } from "#jobs/messages.ts";
import { refusalOnAllData } from "../blocks/blocked-training.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { measuredUsers } from "./measured-users.ts";
import { workOnStudy } from "./study-work.ts";

/** Plans a study from its dataset: the algorithms, the ranges of their parameters, and the shares of trials. */
export function plan(deps: TrainerDeps, message: PlanMessage): Promise<void> {
  return workOnStudy(deps, message, async ({ spec }, work) => {
    const sample = await work.keepAlive(() => deps.datasets.sample(spec));
    const refusal = sample && (await refusalOnAllData(deps, spec));
    const dataset = await deps.datasets.load(spec);
    const split = await deps.datasets.split(spec, spec.split, false);
    const { validation } = split;
    const { users } = measuredUsers(validation, spec.split.seed);
    const everyone = validationSample(validation, spec.split.seed, Number.POSITIVE_INFINITY);
    const tables = tablesIn(dataset.features);
    return {
      kind: "plan",
      ...(sample && { sample: { users: sample.users, ofUsers: sample.ofUsers } }),
      plan: planSome({
        train: split.train,
        algorithms: spec.algorithms && withTables(spec.algorithms, tables),
        tables,
        ranksNewItems: spec.split.scheme === "cold-items",
        nextItems: nextItemsOf(spec.split.scheme),
        isPossible: (algorithm) => dataset.times !== null || !needsAges(algorithm, {}),
        room: {
          shape: shapeOf(dataset.userItems, dataset.features, split),
          ...(spec.memoryBudgetMb !== undefined && { budgetMb: spec.memoryBudgetMb }),
          ...(refusal && { refusal }),
        },
        study: {
          trialCount: spec.trialCount,
          seed: spec.seed,
          pruner: "median",
          jobs: spec.parallelTrials,
          isSampled: users.length < everyone.length,
        },
      }),
    };
  });
}

/** Throws `UNSUPPORTED` when nothing can be tried. */
function planSome(request: Parameters<typeof planStudy>[0]): ReturnType<typeof planStudy> {
  const planned = planStudy(request);
  if (planned.algorithms.length > 0) return planned;
  throw new EngineError(
    "UNSUPPORTED",
    "None of the algorithms that suit these data can be trained on all of them.",
  );
}
