import {
  ALGORITHM_PARAMS,
  type AlgorithmName,
  type AlgorithmParams,
  type ParamSpec,
  type ParamSpecs,
  type ParamValue,
} from "#contract/algorithms.ts";
import { EngineError } from "../../engine-error.ts";
import type { TrialParams } from "../trial/trial.ts";

export interface NumberRange {
  readonly kind: "int" | "float";
  /** Both ends belong to the range. */
  readonly low: number;
  readonly high: number;
  /** Search evenly in the logarithm. */
  readonly log: boolean;
}

export interface Choices {
  readonly kind: "choice";
  readonly choices: readonly ParamValue[];
}

export type ParamRange = NumberRange | Choices;

export interface SpaceParam {
  readonly name: string;
  readonly range: ParamRange;
  /** The parameter exists only while an earlier one has this value. */
  readonly when?: { readonly param: string; readonly equals: ParamValue };
}

/** Parameters in the order in which they are chosen: a condition refers to an earlier one that has no condition itself. */
export type SearchSpace = readonly SpaceParam[];

/** The parameter that chooses among algorithms; it is sampled like any other. */
export const ALGORITHM_PARAM = "algorithm";

/** Narrower ranges by prefixed name, e.g. `{ "IALS.n_components": { high: 128 } }` if memory is limited. */
export type RangeLimits = Readonly<Record<string, { readonly low?: number; readonly high?: number }>>;

/** Other ranges than the usual ones by prefixed name, if the data need them. */
export type Ranges = Readonly<Record<string, { readonly low: number; readonly high: number }>>;

/**
 * The conditional space over some algorithms: which one, then its searched parameters, each prefixed by the algorithm. Throws
 * `BAD_PARAMETER` without algorithms and for limits that leave nothing or do not name a searched number.
 *
 * @param ranges Replace the usual ranges, as far as the algorithm accepts the values; limits then narrow them.
 */
export function buildSearchSpace(
  algorithms: readonly AlgorithmName[],
  limits: RangeLimits = {},
  ranges: Ranges = {},
): SearchSpace {
  const choices = [...new Set(algorithms)];
  if (choices.length === 0) throw new EngineError("BAD_PARAMETER", "A study needs at least one algorithm.");
  const space: SpaceParam[] = [{ name: ALGORITHM_PARAM, range: { kind: "choice", choices } }];
  for (const algorithm of choices) {
    const when = { param: ALGORITHM_PARAM, equals: algorithm };
    for (const [param, spec] of Object.entries<ParamSpec>(ALGORITHM_PARAMS[algorithm] as ParamSpecs)) {
      const name = `${algorithm}.${param}`;
      const range = rangeOf(spec, ranges[name]);
      if (range) space.push({ name, range, when });
    }
  }
  for (const name of Object.keys(limits)) {
    if (!space.some((param) => param.name === name && param.range.kind !== "choice")) {
      throw new EngineError("BAD_PARAMETER", `No searched number is called "${name}".`);
    }
  }
  return space.map((param) => ({ ...param, range: narrow(param.name, param.range, limits[param.name]) }));
}

/** Splits a trial's parameters into the algorithm and its own, unprefixed ones. */
export function toConfiguration(params: TrialParams): {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
} {
  const algorithm = params[ALGORITHM_PARAM];
  if (typeof algorithm !== "string" || !Object.hasOwn(ALGORITHM_PARAMS, algorithm)) {
    throw new EngineError("BAD_PARAMETER", `A trial has no algorithm "${algorithm}".`);
  }
  const prefix = `${algorithm}.`;
  const own = Object.entries(params).filter(([name]) => name.startsWith(prefix));
  return {
    algorithm: algorithm as AlgorithmName,
    params: Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value])),
  };
}

/** The inverse of `toConfiguration`: a configuration under the names of the search space. */
export function fromConfiguration(algorithm: AlgorithmName, params: AlgorithmParams): TrialParams {
  const own = Object.entries(params).map(([name, value]) => [`${algorithm}.${name}`, value]);
  return { [ALGORITHM_PARAM]: algorithm, ...Object.fromEntries(own) };
}

/** Whether a parameter exists, given those already chosen. */
export function isActive({ when }: SpaceParam, chosen: TrialParams): boolean {
  return when === undefined || chosen[when.param] === when.equals;
}

function rangeOf(spec: ParamSpec, other?: Ranges[string]): ParamRange | null {
  if (!spec.search) return null;
  if (spec.kind === "choice") {
    return { kind: "choice", choices: typeof spec.search === "object" ? spec.search : spec.choices };
  }
  const { low, high, log = false } = { ...spec.search, ...other };
  return { kind: spec.kind, low: Math.max(spec.min, low), high: Math.min(spec.max, high), log };
}

function narrow(name: string, range: ParamRange, limit: RangeLimits[string] | undefined): ParamRange {
  if (range.kind === "choice" || !limit) return range;
  const low = Math.max(range.low, limit.low ?? range.low);
  const high = Math.min(range.high, limit.high ?? range.high);
  if (!(low <= high)) {
    throw new EngineError(
      "BAD_PARAMETER",
      `The limits of "${name}" leave nothing of ${range.low} … ${range.high}.`,
    );
  }
  return { ...range, low, high };
}
