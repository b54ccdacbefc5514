/**
 * Neighbours by session: histories that share the newest items of a request, and what stands near these items in them. Formulas at
 * `SessionIndex`.
 *
 * Source: Garg et al. 2019, "Sequence and time aware neighborhood for session-based recommendations"; Ludewig et al. 2021, "Empirical
 * analysis of session-based recommendation algorithms".
 */

import { sessionKnn as definition } from "#contract/algorithms/session-knn.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import { finishSteps } from "../../in-steps.ts";
import {
  type Algorithm,
  type FitInput,
  type FitTask,
  type Model,
  noUserRows,
  type Profile,
} from "../fit/algorithm.ts";
import { requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCompressedRows, requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { TouchedScores } from "../fit/touched-scores.ts";
import { askedBySession, longestPause, withStoredPause } from "./current-session.ts";
import { knownShare, withKnownShare, withStoredShare } from "./known-share.ts";
import { orderedInput, requireOrder } from "./ordered-input.ts";
import { SESSION_COST } from "./session-cost.ts";
import { newestSessions, SessionIndex, type SessionRule } from "./session-index.ts";

const SETTINGS = "session-knn.settings";
const OFFSETS = "session-knn.offsets";
const ITEMS = "session-knn.items";
const MAX_ITEMS = 2 ** 31;
const RULE: readonly (keyof SessionRule)[] = [
  ...(["k", "sample", "depth", "recencySteps", "reach"] as const),
  ...(["lastSteps", "lengthPower", "idfPower", "rowRecency"] as const),
];

export const sessionKnn: Algorithm = {
  name: definition.name,
  epochs: null,
  cost: SESSION_COST,
  planSearch: null,
  begin: beginFit,
  // The fit is one step: nothing is worth a checkpoint.
  resume: (input, params) => beginFit(input, params),
  storedUserRows: (sections) =>
    sections.length === 0 ? noUserRows() : [{ indptr: OFFSETS, indices: ITEMS }],
  decode: (sections) => {
    const settings = requireSection(sections, SETTINGS, Float64Array, RULE.length + 1);
    const itemCount = requireCount(settings, 0, 1, MAX_ITEMS);
    requireFinite(SETTINGS, settings.subarray(0, RULE.length));
    const offsets = requireSection(sections, OFFSETS, Uint32Array, null);
    const items = requireSection(sections, ITEMS, Uint32Array, null);
    requireCompressedRows(ITEMS, offsets, items, itemCount);
    const rule = ruleOf([...settings.subarray(1)]);
    const model = createModel(new SessionIndex({ offsets, items }, itemCount, rule));
    return withStoredPause(withStoredShare(model, sections), sections);
  },
};

const ruleOf = (numbers: readonly number[]): SessionRule =>
  Object.fromEntries(RULE.map((name, at) => [name, numbers[at] as number])) as unknown as SessionRule;

function beginFit(input: FitInput, raw: AlgorithmParams): FitTask {
  const params = requireParams(definition.name, raw);
  requireInteractions(input);
  if (!input.sessions) requireOrder(definition.name, input);
  const rule: SessionRule = {
    ...{ k: params.k, sample: params.sample, depth: params.depth },
    ...{ recencySteps: params.recency_steps, reach: params.reach, lastSteps: params.last_steps },
    ...{ lengthPower: params.length_power, idfPower: params.idf_power },
    rowRecency: params.row_recency ?? 0,
  };
  const share = knownShare(params.known_share, input);
  const pause = input.sessions ? longestPause(input.sessions) : null;
  let index: SessionIndex | null = null;
  return {
    epoch: 0,
    get done() {
      return index !== null;
    },
    get progress() {
      return index === null ? 0 : 1;
    },
    step() {
      if (index !== null) return;
      const sequences = input.sessions ?? finishSteps(orderedInput(definition.name, input));
      const rowRecency = sequences.areRowsInOrder ? rule.rowRecency : 0;
      const kept = newestSessions(sequences);
      index = new SessionIndex(kept, input.userItems.columnCount, { ...rule, rowRecency });
    },
    checkpoint: () => [],
    model() {
      if (index === null) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
      return askedBySession(withKnownShare(createModel(index), share), pause);
    },
    dispose() {},
  };
}

function createModel(index: SessionIndex): Model {
  const { itemCount, rule, sessions } = index;
  let touched: TouchedScores | null = null;
  const score = (profile: Profile, out: Float32Array): void => {
    out.fill(0);
    index.addScores(profile, out);
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
      const list = touched;
      index.addScores(profile, list.begin(), (items) => list.touch(items));
      return list.shortlist();
    },
    contributionsInto(profile, itemIndex, out) {
      index.contributionsInto(profile, itemIndex, out);
      return true;
    },
    similarItemsInto(itemIndex, out) {
      const indices = Uint32Array.of(itemIndex);
      score({ indices, weights: Float32Array.of(1) }, out);
      out[itemIndex] = 0;
    },
    encode: ({ isLast = false } = {}): Section[] => [
      { name: SETTINGS, data: Float64Array.of(itemCount, ...RULE.map((name) => rule[name])) },
      { name: OFFSETS, data: isLast ? sessions.offsets : sessions.offsets.slice() },
      { name: ITEMS, data: isLast ? sessions.items : sessions.items.slice() },
    ],
    dispose() {},
  };
}
