/**
 * What a person took before and may take again:
 *
 *   score(j) = (Σ e^(−back / decay) · e^(−days ago / decay_days))^count_power · return(j)^return_power
 *
 * over the occurrences of j in the request, `back` counting interactions from the newest, 0. Unless `newest` is set, the newest place does
 * not count. return(j) = (returns + 5 · r) / (rows + 5) is the share of the rows with j in which it occurs again, drawn to the share r of
 * all items where few rows have it.
 *
 * Source: Edgewise. Time since the last occurrence and their count are what Anderson et al. 2014, "The dynamics of repeat consumption",
 * find to predict repeats best.
 */

import { repeatedItems as definition } from "#contract/algorithms/repeated-items.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { Sequences } from "../../data/sequences.ts";
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
import { TouchedScores } from "../fit/touched-scores.ts";
import { requireOrder } from "./ordered-input.ts";

const SETTINGS = "repeated-items.settings";
const RETURNS = "repeated-items.returns";
const MAX_ITEMS = 2 ** 31;
/** Rows that the share of all items counts as. */
const PRIOR_ROWS = 5;

interface Repeats {
  readonly itemCount: number;
  readonly decay: number;
  readonly countsNewest: boolean;
  /** Null where days do not matter. */
  readonly decayDays: number | null;
  readonly countPower: number;
  /** return(j)^return_power by item; null where all are 1. */
  readonly returns: Float32Array | null;
}

export const repeatedItems: Algorithm = {
  name: definition.name,
  epochs: null,
  cost: {
    phases: ({ items }) => [{ js: 12 * items, kernels: 0 }],
    storedBytes: ({ items }, { return_power: power }) => 64 + (Number(power ?? 0) === 0 ? 0 : 4 * items),
    seconds: passSeconds,
  },
  planSearch: null,
  begin: beginFit,
  resume: (input, params) => beginFit(input, params),
  storedUserRows: noUserRows,
  decode: (sections) => createModel(storedRepeats(sections)),
};

/** An earlier release stored three settings. */
function storedRepeats(sections: readonly Section[]): Repeats {
  const settings = requireSection(sections, SETTINGS, Float64Array, null);
  requireFinite(SETTINGS, settings);
  const itemCount = requireCount(settings, 0, 1, MAX_ITEMS);
  const [, decay = 1, countsNewest = 0, decayDays = 0, countPower = 1] = settings;
  const hasReturns = sections.some(({ name }) => name === RETURNS);
  const returns = hasReturns ? requireSection(sections, RETURNS, Float32Array, itemCount) : null;
  if (returns) requireFinite(RETURNS, returns);
  return {
    ...{ itemCount, decay, countPower, returns },
    countsNewest: countsNewest === 1,
    decayDays: decayDays > 0 ? decayDays : null,
  };
}

function beginFit(input: FitInput, raw: AlgorithmParams): FitTask {
  const params = requireParams(definition.name, raw);
  requireInteractions(input);
  requireOrder(definition.name, input);
  const { columnCount: itemCount } = input.userItems;
  let repeats: Repeats | null = null;
  return {
    epoch: 0,
    get done() {
      return repeats !== null;
    },
    get progress() {
      return repeats === null ? 0 : 1;
    },
    step() {
      // A matrix has each item once in a row: nothing is known of returns.
      const hasReturns = params.return_power > 0 && input.sequences !== undefined;
      repeats ??= {
        ...{ itemCount, decay: params.decay, countsNewest: params.newest === true },
        ...{ decayDays: params.decay_days, countPower: params.count_power },
        returns: hasReturns ? returnShares(input.sequences, itemCount, params.return_power) : null,
      };
    },
    checkpoint: () => [],
    model() {
      if (repeats === null) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
      return createModel(repeats);
    },
    dispose() {},
  };
}

/** return(j)^power by item. */
function returnShares({ offsets, items }: Sequences, itemCount: number, power: number): Float32Array {
  const rows = new Uint32Array(itemCount);
  const returns = new Uint32Array(itemCount);
  /** By item: twice the number of the last row with it, plus 1 once it came back there. */
  const last = new Uint32Array(itemCount);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const met = 2 * (row + 1);
    for (let place = offsets[row] as number; place < (offsets[row + 1] as number); place++) {
      const item = items[place] as number;
      if (last[item] === met) {
        returns[item] = (returns[item] as number) + 1;
        last[item] = met + 1;
      } else if ((last[item] as number) < met) {
        rows[item] = (rows[item] as number) + 1;
        last[item] = met;
      }
    }
  }
  const sum = (counts: Uint32Array) => counts.reduce((total, count) => total + count, 0);
  const share = sum(returns) / Math.max(1, sum(rows));
  return Float32Array.from(rows, (count, item) => {
    return (((returns[item] as number) + PRIOR_ROWS * share) / (count + PRIOR_ROWS)) ** power;
  });
}

function createModel(repeats: Repeats): Model {
  const { itemCount, decay, countsNewest, decayDays, countPower, returns } = repeats;
  const eachPlace = ({ recent }: Profile, visit: (item: number, amount: number) => void): void => {
    const order = recent?.items ?? [];
    for (let place = 0; place < order.length - (countsNewest ? 0 : 1); place++) {
      const days = recent?.daysAgo?.[place] ?? 0;
      const byDays = decayDays === null || Number.isNaN(days) ? 1 : Math.exp(-days / decayDays);
      visit(order[place] as number, Math.exp(-(order.length - 1 - place) / decay) * byDays);
    }
  };
  const factorOf = (item: number) => (returns ? (returns[item] as number) : 1);
  let touched: TouchedScores | null = null;
  const addInto: Model["scoreProfileInto"] = (profile, out) => {
    eachPlace(profile, (item, amount) => {
      out[item] = (out[item] as number) + amount;
    });
    for (const item of profile.indices) out[item] = (out[item] as number) ** countPower * factorOf(item);
  };
  const score: Model["scoreProfileInto"] = (profile, out) => {
    out.fill(0);
    addInto(profile, out);
  };
  return {
    algorithm: definition.name,
    itemCount,
    readsOrder: true,
    namesTouched: true,
    scoreProfileInto: score,
    scoreUserInto: (_userIndex, profile, out) => score(profile, out),
    shortlist(profile) {
      touched ??= new TouchedScores(itemCount);
      const scores = touched.begin();
      touched.touch(profile.indices);
      if (profile.recent) touched.touch(profile.recent.items);
      addInto(profile, scores);
      return touched.shortlist();
    },
    contributionsInto(profile, itemIndex, out) {
      out.fill(0);
      const at = profile.indices.indexOf(itemIndex);
      if (at < 0) return true;
      let sum = 0;
      eachPlace(profile, (item, amount) => {
        if (item === itemIndex) sum += amount;
      });
      out[at] = sum ** countPower * factorOf(itemIndex);
      return true;
    },
    similarItemsInto: (_itemIndex, out) => void out.fill(0),
    encode: () => [
      {
        name: SETTINGS,
        data: Float64Array.of(itemCount, decay, countsNewest ? 1 : 0, decayDays ?? 0, countPower),
      },
      ...(returns ? [{ name: RETURNS, data: returns.slice() }] : []),
    ],
    dispose() {},
  };
}
