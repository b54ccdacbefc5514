/**
 * iALS whose requests are folded in with confidences that decay: an item counts max(e^(−back / steps), floor) of its weight, `back`
 * counting interactions from the newest. The fit is that of iALS.
 */

import { recentIals as definition } from "#contract/algorithms/recent-ials.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { dimOf } from "../factorization/factor-cost.ts";
import { IALS_EPOCHS, ials } from "../factorization/ials.ts";
import { IALS_COST } from "../factorization/ials-cost.ts";
import {
  type Algorithm,
  type EncodeOptions,
  type FitInput,
  type FitTask,
  type Model,
  noUserRows,
  type Profile,
} from "../fit/algorithm.ts";
import { requireParams } from "../fit/fit-guards.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";
import { MOST_MODEL_BYTES } from "./model-room.ts";
import { requireOrder } from "./ordered-input.ts";
import { amountsOf, type RecencyRule } from "./recency.ts";

/** Item factors beyond this room are stored at one byte each. */
const areLarge = (itemCount: number, dim: number): boolean => 4 * itemCount * dim > MOST_MODEL_BYTES;
/** Newest items say little beside all others, so a fit has learned what it can after few epochs. */
const MOST_EPOCHS = 16;
const SETTINGS = "recent-ials.settings";

export const recentIals: Algorithm = {
  name: definition.name,
  epochs: { ...IALS_EPOCHS, most: MOST_EPOCHS, isMeasuredAfter: (epoch) => epoch % 2 === 0 },
  cost: {
    ...IALS_COST,
    storedBytes: (shape, params, isQuantized) =>
      IALS_COST.storedBytes(shape, params, isQuantized || areLarge(shape.items, dimOf(params))),
  },
  planSearch: null,
  begin: (input, params) => begin(input, params),
  resume: (input, params, checkpoint) => begin(input, params, checkpoint),
  ...(ials.kernelSections && { kernelSections: ials.kernelSections }),
  storedUserRows: noUserRows,
  decode(sections, kernels) {
    const settings = requireSection(sections, SETTINGS, Float64Array, 2);
    requireFinite(SETTINGS, settings);
    const [steps = 0, floor = 0] = settings;
    const isCompact = sections.some(({ name }) => name.endsWith(".int8"));
    return withRecency(ials.decode(sections, kernels), { steps, floor, days: null }, isCompact);
  },
};

function begin(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const { recency_steps: steps, recency_floor: floor, ...params } = requireParams(definition.name, raw);
  requireOrder(definition.name, input);
  const isCompact = areLarge(input.userItems.columnCount, params.n_components);
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
    model: () => withRecency(task.model(), { steps, floor, days: null }, isCompact),
    dispose: () => task.dispose(),
  };
}

/** @param isCompact Whether item factors are stored at one byte each, whatever the caller asks for. */
function withRecency(model: Model, rule: RecencyRule, isCompact: boolean): Model {
  const stored = (options?: EncodeOptions): EncodeOptions | undefined =>
    isCompact ? { ...options, int8Factors: true } : options;
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
    encode: (options) => [settings, ...model.encode(stored(options))],
    ...(model.encodeInSteps && {
      *encodeInSteps(options) {
        return [
          settings,
          ...(yield* (model.encodeInSteps as NonNullable<Model["encodeInSteps"]>)(stored(options))),
        ];
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
