import { type AlgorithmDefinition, defineAlgorithm, type ParamSpec, type ParamSpecs } from "./definition.ts";

/** The parts of a blend without weights. */
const DEFAULT_PARTS: readonly string[] = ["DegreeKNN", "IALS"];

/** @param parts All possible parts of a blend: every algorithm except the blend itself. */
export function defineBlend(parts: readonly AlgorithmDefinition[]) {
  return defineAlgorithm({
    name: "Blend",
    aliases: [],
    family: "blend",
    title: "Blend",
    about: "A weighted sum of several algorithms.",
    source: "Edgewise: a weighted sum of scores, each divided by its own deviation.",
    params: paramsOf(parts),
    paramAliases: {},
    startingPoints: [{}],
    needsTimes: false,
    needsTables: [],
    maxItems: null,
  });
}

/** A weight for each possible part, 0 for unused ones, and the parts' own parameters, `IALS.alpha0`. */
function paramsOf(parts: readonly AlgorithmDefinition[]): ParamSpecs {
  const specs: Record<string, ParamSpec> = {
    /** Stores item factors in one byte each. */
    int8_factors: { kind: "choice", default: true, choices: [false, true] },
  };
  for (const { name, params } of parts) {
    const weight = DEFAULT_PARTS.includes(name) ? 1 : 0;
    specs[`weight.${name}`] = { kind: "float", default: weight, min: 0, max: 1000 };
    for (const [param, { search: _, ...spec }] of Object.entries(params)) {
      specs[`${name}.${param}`] = spec as ParamSpec;
    }
  }
  return specs;
}
