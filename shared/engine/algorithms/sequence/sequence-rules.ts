/**
 * Sequential rules: W[i, j] = Σ w(row) / (distance from i to j) over the pairs in which j follows i at most `steps` places later. Where
 * rows are in the order of time, w = e^(−age / (rows · recency)), age counted in rows from the newest. Then rows and columns are divided by
 * powers of their sums, and the top_k targets of each source are kept.
 *
 * Source: Ludewig and Jannach 2018, "Evaluation of session-based recommendation algorithms", with powers and a decay.
 */

import { sequenceRules as definition } from "#contract/algorithms/sequence-rules.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { type Algorithm, type FitInput, type FitTask, noUserRows } from "../fit/algorithm.ts";
import { requireParams } from "../fit/fit-guards.ts";
import { contextCost } from "./context-cost.ts";
import { beginContextFit } from "./context-fit.ts";
import { decodeRecencyModel } from "./recency-model.ts";

const PREFIX = "sequence-rules";

export const sequenceRules: Algorithm = {
  name: definition.name,
  epochs: null,
  cost: contextCost("steps", 1),
  planSearch: null,
  begin: (input, params) => beginFit(input, params),
  resume: (input, params, checkpoint) => beginFit(input, params, checkpoint),
  storedUserRows: noUserRows,
  decode: (sections) => decodeRecencyModel(definition.name, PREFIX, sections),
};

function beginFit(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const params = requireParams(definition.name, raw);
  const around = {
    after: Float64Array.from({ length: params.steps }, (_, at) => 1 / (at + 1)),
    before: new Float64Array(),
    nearestOnly: false,
  };
  return beginContextFit(input, { algorithm: definition.name, prefix: PREFIX, params, around }, checkpoint);
}
