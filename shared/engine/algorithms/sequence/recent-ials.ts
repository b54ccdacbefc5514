/**
 * iALS whose requests are folded in with confidences that decay: an item counts max(e^(−back / steps), floor) of its weight, `back`
 * counting interactions from the newest. The fit is that of iALS.
 */

import { recentIals as definition } from "#contract/algorithms/recent-ials.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { IALS_EPOCHS, ials } from "../factorization/ials.ts";
import { IALS_COST } from "../factorization/ials-cost.ts";
import {
  type Algorithm,
  type FitInput,
  type FitTask,
  type Model,
  noUserRows,
  type Profile,
} from "../fit/algorithm.ts";
import { requireParams } from "../fit/fit-guards.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";
import { requireOrder } from "./ordered-input.ts";
import { amountsOf, type RecencyRule } from "./recency.ts";

/** Newest items say little beside all others, so a fit has learned what it can after few epochs. */
const MOST_EPOCHS = 16;
const SETTINGS = "recent-ials.settings";

export const recentIals: Algorithm = {
  name: definition.name,
  epochs: { ...IALS_EPOCHS, most: MOST_EPOCHS, isMeasuredAfter: (epoch) => epoch % 2 === 0 },
  cost: IALS_COST,
  planSearch: null,
  begin: (input, params) => begin(input, params),
  resume: (input, params, checkpoint) => begin(input, params, checkpoint),
  ...(ials.kernelSections && { kernelSections: ials.kernelSections }),
  storedUserRows: noUserRows,
  decode(sections, kernels) {
    const settings = requireSection(sections, SETTINGS, Float64Array, 2);
    requireFinite(SETTINGS, settings);
    const [steps = 0, floor = 0] = settings;
    return withRecency(ials.decode(sections, kernels), { steps, floor, days: null });
  },
};

function begin(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const { recency_steps: steps, recency_floor: floor, ...params } = requireParams(definition.name, raw);
  requireOrder(definition.name, input);
  const task = checkpoint ? ials.resume(input, params, checkpoint) : ials.begin(input, params);
  return {
    get done() {
      return task.done;
    },
    get epoch() {
      return task.epoch;
    },
    get progress() {
      return task.progress;
    },
    step: () => task.step(),
    checkpoint: () => task.checkpoint(),
    model: () => withRecency(task.model(), { steps, floor, days: null }),
    dispose: () => task.dispose(),
  };
}

function withRecency(model: Model, rule: RecencyRule): Model {
  const score: Model["scoreProfileInto"] = (profile, out) =>
    model.scoreProfileInto(recentOf(profile, rule), out);
  const settings = { name: SETTINGS, data: Float64Array.of(rule.steps, rule.floor) };
  return {
    algorithm: definition.name,
    itemCount: model.itemCount,
    readsOrder: true,
    scoreProfileInto: score,
    scoreUserInto: (_userIndex, profile, out) => score(profile, out),
    ...(model.shortlist && {
      shortlist: (profile) => (model.shortlist as NonNullable<Model["shortlist"]>)(recentOf(profile, rule)),
    }),
    similarItemsInto: (itemIndex, out) => model.similarItemsInto(itemIndex, out),
    ...(model.contributionsInto && {
      contributionsInto: (profile, itemIndex, out) =>
        (model.contributionsInto as NonNullable<Model["contributionsInto"]>)(
          recentOf(profile, rule),
          itemIndex,
          out,
        ),
    }),
    encode: (options) => [settings, ...model.encode(options)],
    ...(model.encodeInSteps && {
      *encodeInSteps(options) {
        return [settings, ...(yield* (model.encodeInSteps as NonNullable<Model["encodeInSteps"]>)(options))];
      },
    }),
    dispose: () => model.dispose(),
  };
}

/** The profile with weights that decay; its items stay, so that contributions keep their places. */
function recentOf(profile: Profile, rule: RecencyRule): Profile {
  if (!profile.recent) return profile;
  const { items, amounts } = amountsOf(profile, rule);
  const shares = new Map(items.map((item, at) => [item, amounts[at] as number]));
  const weights = profile.weights.map(
    (weight, at) => weight * (shares.get(profile.indices[at] as number) ?? LEAST_SHARE),
  );
  return { ...profile, weights };
}

/** Of items that the order does not know. */
const LEAST_SHARE = 1e-3;
