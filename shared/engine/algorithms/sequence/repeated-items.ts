/**
 * What a person took before: score(j) = Σ e^(−back / decay) over the occurrences of j in the request, `back` counting interactions from
 * the newest, 0. Unless `newest` is set, the newest place does not count. Nothing is learned.
 */

import { repeatedItems as definition } from "#contract/algorithms/repeated-items.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { EngineError } from "../../engine-error.ts";
import { passSeconds } from "../cost/rates.ts";
import {
  type Algorithm,
  type FitInput,
  type FitTask,
  type Model,
  noUserRows,
  type Profile,
} from "../fit/algorithm.ts";
import { requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { requireOrder } from "./ordered-input.ts";

const SETTINGS = "repeated-items.settings";
const MAX_ITEMS = 2 ** 31;

interface Repeats {
  readonly itemCount: number;
  readonly decay: number;
  readonly countsNewest: boolean;
}

export const repeatedItems: Algorithm = {
  name: definition.name,
  epochs: null,
  cost: { phases: () => [{ js: 0, kernels: 0 }], storedBytes: () => 24, seconds: passSeconds },
  planSearch: null,
  begin: beginFit,
  resume: (input, params) => beginFit(input, params),
  storedUserRows: noUserRows,
  decode: (sections) => {
    const settings = requireSection(sections, SETTINGS, Float64Array, 3);
    requireFinite(SETTINGS, settings);
    const itemCount = requireCount(settings, 0, 1, MAX_ITEMS);
    return createModel({ itemCount, decay: settings[1] as number, countsNewest: settings[2] === 1 });
  },
};

function beginFit(input: FitInput, raw: AlgorithmParams): FitTask {
  const { decay, newest: countsNewest } = requireParams(definition.name, raw);
  requireInteractions(input);
  requireOrder(definition.name, input);
  let done = false;
  return {
    epoch: 0,
    get done() {
      return done;
    },
    get progress() {
      return done ? 1 : 0;
    },
    step() {
      done = true;
    },
    checkpoint: () => [],
    model() {
      if (!done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
      return createModel({
        itemCount: input.userItems.columnCount,
        decay,
        countsNewest: countsNewest === true,
      });
    },
    dispose() {},
  };
}

function createModel({ itemCount, decay, countsNewest }: Repeats): Model {
  const eachPlace = ({ recent }: Profile, visit: (item: number, amount: number) => void): void => {
    const order = recent?.items ?? [];
    for (let place = 0; place < order.length - (countsNewest ? 0 : 1); place++)
      visit(order[place] as number, Math.exp(-(order.length - 1 - place) / decay));
  };
  const score: Model["scoreProfileInto"] = (profile, out) => {
    out.fill(0);
    eachPlace(profile, (item, amount) => {
      out[item] = (out[item] as number) + amount;
    });
  };
  return {
    algorithm: definition.name,
    itemCount,
    readsOrder: true,
    scoreProfileInto: score,
    scoreUserInto: (_userIndex, profile, out) => score(profile, out),
    contributionsInto(profile, itemIndex, out) {
      out.fill(0);
      const at = profile.indices.indexOf(itemIndex);
      eachPlace(profile, (item, amount) => {
        if (item === itemIndex && at >= 0) out[at] = (out[at] as number) + amount;
      });
      return true;
    },
    similarItemsInto: (_itemIndex, out) => void out.fill(0),
    encode: () => [{ name: SETTINGS, data: Float64Array.of(itemCount, decay, countsNewest ? 1 : 0) }],
    dispose() {},
  };
}
