import { ALGORITHMS, type AlgorithmName, type AlgorithmParams, isBlend } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import { partsOf } from "../algorithms/blend/blend-parts.ts";
import type { FitShape } from "../algorithms/cost/fit-shape.ts";
import { algorithmOf } from "../algorithms/registry.ts";
import { EngineError } from "../engine-error.ts";
import { fitBytes, messageBytes, otherDataBytes } from "./message-bytes.ts";

/** The memory of one isolate for a message: data, engine, and what is beside them. In MB of 10⁶ bytes: its 128, without the program itself. */
export const ISOLATE_BUDGET_MB = 124;

/** What a message of the trainer takes at most where it can choose, in MB of 10⁶ bytes: the rest is for what is not counted. */
export const MESSAGE_BUDGET_MB = 96;

/** Objects of a fit, apart from its arrays. */
const OBJECT_BYTES = 1e6;

/** Item, seconds and session of a place of the dataset; its age, and item and age once more in the rows of sessions. */
const PLACE_BYTES = 24;

export interface FitEstimate {
  /** Most memory of a message that fits, measures and stores, in MB of 10⁶ bytes. */
  readonly peakMb: number;
  /** Of the fit alone: data, engine and kernels together. */
  readonly fitMb: number;
  /** Of one processor of a common server. */
  readonly seconds: number;
  readonly accepted: boolean;
  /** Why it is refused, as a sentence; null when it is accepted. */
  readonly reason: string | null;
}

/**
 * Estimates the memory and time of a fit from the sizes of its arrays, without running it. `fitMb` is within 15 % of the measurements of
 * `test/bench/engine.ts`; `peakMb` is above those of `test/bench/message-memory`. Throws `BAD_PARAMETER` for parameters that the algorithm
 * does not accept.
 *
 * @param budgetMb Most memory accepted; never more than an isolate has.
 */
export function estimateFit(
  shape: FitShape,
  algorithm: AlgorithmName,
  raw: AlgorithmParams,
  budgetMb = ISOLATE_BUDGET_MB,
): FitEstimate {
  const params = requireParams(algorithm, raw);
  const { cost, epochs } = algorithmOf(algorithm);
  const phases = cost.phases(shape, params);
  const parts = {
    phases,
    // A study keeps item factors at one byte each.
    storedBytes: cost.storedBytes(shape, params, true),
    isMeasuredMeanwhile: epochs !== null,
  };
  const weightBytes = copiesWeights(shape, algorithm, params) ? 4 * shape.interactions : 0;
  const base = dataBytes(shape, cost.transposeShare?.(shape, params)) + weightBytes + OBJECT_BYTES;
  const fitMb = (base + fitBytes(phases)) / 1e6;
  const peakMb = (base + messageBytes(shape, parts)) / 1e6;
  const seconds = cost.seconds(shape, params);
  const budget = Math.min(budgetMb, ISOLATE_BUDGET_MB);
  const reason = reasonAgainst(shape, algorithm, params, peakMb, budget);
  return { peakMb, fitMb, seconds, accepted: reason === null, reason };
}

/** Whether a fit, or that of a part of a blend, holds logarithms of the weights beside the weights. */
function copiesWeights(shape: FitShape, algorithm: AlgorithmName, params: AlgorithmParams): boolean {
  if (shape.hasWideWeights !== true) return false;
  return partsOf(algorithm, params).some(({ name }) => algorithmOf(name).readsAnyWeights !== true);
}

/** The user-items matrix, its transpose, or as much of it as is in memory at a time, the features and the order. */
function dataBytes({ users, items, interactions, features, order }: FitShape, transposeShare = 1): number {
  const ofFeatures = features ? 8 * features.entries + 4 * features.rows : 0;
  const ofOrder = order ? PLACE_BYTES * order.places + 8 * order.rows : 0;
  return 8 * (1 + transposeShare) * interactions + 4 * (users + items) + ofFeatures + ofOrder;
}

function reasonAgainst(
  shape: FitShape,
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  peakMb: number,
  budgetMb: number,
): string | null {
  const names = partsOf(algorithm, params).map(({ name }) => name);
  for (const name of names) {
    const { maxItems } = ALGORITHMS[name];
    if (maxItems === null || shape.items <= maxItems) continue;
    return `${name} takes ${maxItems} items at most, not ${shape.items}.`;
  }
  if (peakMb <= budgetMb) return null;
  const size = sizeText(shape);
  const needed = `${algorithm} needs about ${Math.ceil(peakMb)} MB for ${size}, and ${budgetMb} MB are available.`;
  const largest =
    (dataBytes(shape) + otherDataBytes(shape)) / 1e6 > budgetMb / 2
      ? "The data need most of it."
      : advice(algorithm, params);
  return `${needed} ${largest}`;
}

function sizeText({ users, items, interactions, features, order }: FitShape): string {
  const sizes = [`${users} users`, `${items} items`, `${interactions} interactions`];
  if (order) sizes.push(`${order.places} places of their order`);
  if (features) sizes.push(`${features.entries} properties of them`);
  return `${sizes.slice(0, -1).join(", ")} and ${sizes.at(-1)}`;
}

/** What the caller can reduce. */
function advice(algorithm: AlgorithmName, params: AlgorithmParams): string {
  const sizes = partsOf(algorithm, params).flatMap(({ name, params: own }) => {
    const prefix = isBlend(algorithm) ? `${name}.` : "";
    return ["n_components", "top_k"].filter((size) => size in own).map((size) => prefix + size);
  });
  return sizes.length > 0 ? `Lower ${sizes.join(" or ")}.` : "Use fewer items or users.";
}

function requireParams(algorithm: AlgorithmName, raw: AlgorithmParams): AlgorithmParams {
  const parsed = parseParams(algorithm, raw);
  if (!parsed.ok) {
    throw new EngineError("BAD_PARAMETER", parsed.problems.map(({ message }) => message).join(" "));
  }
  return parsed.params;
}
