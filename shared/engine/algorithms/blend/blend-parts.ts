import {
  type AlgorithmName,
  type AlgorithmParams,
  BLEND_COMPONENTS,
  type ComponentName,
  isBlend,
} from "#contract/algorithms.ts";
import { EngineError } from "../../engine-error.ts";

/** An algorithm in a fit, with its own parameters. */
export interface FitPart {
  readonly name: ComponentName;
  readonly params: AlgorithmParams;
  /** Its weight in a blend; 1 for a single algorithm. */
  readonly weight: number;
}

/** The components of a blend that have a weight, or the one algorithm itself. */
export function partsOf(algorithm: AlgorithmName, params: AlgorithmParams): FitPart[] {
  if (!isBlend(algorithm)) return [{ name: algorithm, params, weight: 1 }];
  return BLEND_COMPONENTS.flatMap((name) => {
    const weight = Number(params[`weight.${name}`] ?? 0);
    return weight === 0 ? [] : [{ name, params: ownParams(params, name), weight }];
  });
}

function ownParams(params: AlgorithmParams, name: string): AlgorithmParams {
  const own = Object.entries(params).filter(([param]) => param.startsWith(`${name}.`));
  return Object.fromEntries(own.map(([param, value]) => [param.slice(name.length + 1), value]));
}

/** Throws `BAD_PARAMETER` for fewer than two components with a weight. */
export function requireTwo(parts: FitPart[]): FitPart[] {
  if (parts.length < 2) throw new EngineError("BAD_PARAMETER", "A blend needs two components with a weight.");
  return parts;
}
