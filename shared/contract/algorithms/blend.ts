import { type AlgorithmDefinition, defineAlgorithm, type ParamSpec, type ParamSpecs } from "./definition.ts";

/**
 * What begins the names of a blend's weights, by segment: `weight.NAME` for items and people with interactions, `cold_items.NAME` for
 * items without any, `cold_users.NAME` for people without any.
 */
export const BLEND_WEIGHTS = { warm: "weight", coldItems: "cold_items", coldUsers: "cold_users" } as const;
export type BlendSegment = keyof typeof BLEND_WEIGHTS;
export const BLEND_SEGMENTS: readonly BlendSegment[] = ["warm", "coldItems", "coldUsers"];

/** What begins the names of the powers by which weights of known people grow with what is known of them: `length.NAME`. */
export const BLEND_LENGTH = "length";

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

/**
 * A weight for each possible part in each segment, 0 for unused ones, and the parts' own parameters, `IALS.alpha0`. A cold segment in which
 * all weights are 0 has those of `weight`. `length.NAME` is the power by which a part's weight for known people grows with how many items are known of
 * somebody.
 */
function paramsOf(parts: readonly AlgorithmDefinition[]): ParamSpecs {
  const specs: Record<string, ParamSpec> = {
    /** Stores item factors in one byte each. */
    int8_factors: { kind: "choice", default: true, choices: [false, true] },
  };
  for (const { name, params } of parts) {
    const weight = DEFAULT_PARTS.includes(name) ? 1 : 0;
    for (const segment of BLEND_SEGMENTS) {
      const byDefault = segment === "warm" ? weight : 0;
      specs[`${BLEND_WEIGHTS[segment]}.${name}`] = { kind: "float", default: byDefault, min: 0, max: 1000 };
    }
    specs[`${BLEND_LENGTH}.${name}`] = { kind: "float", default: 0, min: -3, max: 3 };
    for (const [param, { search: _, ...spec }] of Object.entries(params)) {
      specs[`${name}.${param}`] = spec as ParamSpec;
    }
  }
  return specs;
}
