import { type AlgorithmName, type AlgorithmParams, BLEND_COMPONENTS } from "#contract/algorithms.ts";

/** An algorithm at work in a fit, with the parameters that are its own. */
export interface FitPart {
  readonly name: Exclude<AlgorithmName, "Blend">;
  readonly params: AlgorithmParams;
}

/** The components of a blend that have a weight, or the one algorithm itself. */
export function partsOf(algorithm: AlgorithmName, params: AlgorithmParams): FitPart[] {
  if (algorithm !== "Blend") return [{ name: algorithm, params }];
  const weighed = BLEND_COMPONENTS.filter((name) => Number(params[`weight.${name}`] ?? 0) !== 0);
  return weighed.map((name) => ({ name, params: ownParams(params, name) }));
}

function ownParams(params: AlgorithmParams, name: string): AlgorithmParams {
  const own = Object.entries(params).filter(([param]) => param.startsWith(`${name}.`));
  return Object.fromEntries(own.map(([param, value]) => [param.slice(name.length + 1), value]));
}
