import {
  BLEND_LENGTH,
  BLEND_SEGMENTS,
  BLEND_WEIGHTS,
  type BlendSegment,
} from "#contract/algorithms/blend.ts";
import {
  type AlgorithmName,
  type AlgorithmParams,
  BLEND_COMPONENTS,
  type ComponentName,
  isBlend,
} from "#contract/algorithms.ts";
import { EngineError } from "../../engine-error.ts";

/** How much a component counts in each segment; 0: it takes no part. */
export type SegmentWeights = Readonly<Record<BlendSegment, number>>;

/** An algorithm in a fit, with its own parameters. */
export interface FitPart {
  readonly name: ComponentName;
  readonly params: AlgorithmParams;
  /** Its weights in a blend; 1 for a single algorithm. */
  readonly weights: SegmentWeights;
  /** See `weightFor`; 0: the weight is the same for all known people. */
  readonly lengthPower: number;
}

/** The components of a blend that have a weight in a segment, or the one algorithm itself. */
export function partsOf(algorithm: AlgorithmName, params: AlgorithmParams): FitPart[] {
  if (!isBlend(algorithm))
    return [{ name: algorithm, params, weights: { warm: 1, coldItems: 1, coldUsers: 1 }, lengthPower: 0 }];
  const segments = BLEND_SEGMENTS.filter((segment) => segment === "warm" || hasOwn(segment, params));
  const weightIn = (segment: BlendSegment, name: string) => {
    return written(segments.includes(segment) ? segment : "warm", name, params);
  };
  return BLEND_COMPONENTS.flatMap((name) => {
    const weights = {
      warm: weightIn("warm", name),
      coldItems: weightIn("coldItems", name),
      coldUsers: weightIn("coldUsers", name),
    };
    if (BLEND_SEGMENTS.every((segment) => weights[segment] === 0)) return [];
    const lengthPower = Number(params[`${BLEND_LENGTH}.${name}`] ?? 0);
    return [{ name, params: ownParams(params, name), weights, lengthPower }];
  });
}

/** A segment without any weight has those of warm items and people. */
function hasOwn(segment: BlendSegment, params: AlgorithmParams): boolean {
  return BLEND_COMPONENTS.some((name) => written(segment, name, params) > 0);
}

function written(segment: BlendSegment, name: string, params: AlgorithmParams): number {
  return Number(params[`${BLEND_WEIGHTS[segment]}.${name}`] ?? 0);
}

function ownParams(params: AlgorithmParams, name: string): AlgorithmParams {
  const own = Object.entries(params).filter(([param]) => param.startsWith(`${name}.`));
  return Object.fromEntries(own.map(([param, value]) => [param.slice(name.length + 1), value]));
}

/** Throws `BAD_PARAMETER` for fewer than two components with a weight, and where known people and items have none. */
export function requireTwo(parts: FitPart[]): FitPart[] {
  if (parts.length < 2) throw new EngineError("BAD_PARAMETER", "A blend needs two components with a weight.");
  if (parts.every(({ weights }) => weights.warm === 0)) {
    throw new EngineError(
      "BAD_PARAMETER",
      "A blend needs a component with a weight for known items and people.",
    );
  }
  return parts;
}
