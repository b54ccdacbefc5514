import { findAlgorithm } from "#contract/algorithm-names.ts";
import {
  BLEND_LENGTH,
  BLEND_SEGMENTS,
  BLEND_WEIGHTS,
  type BlendSegment,
} from "#contract/algorithms/blend.ts";
import { ALGORITHM_PARAMS, type AlgorithmName, BLEND, BLEND_COMPONENTS } from "#contract/algorithms.ts";
import { t } from "../../words/words.ts";

type Plain = number | string | boolean;

/** One algorithm of a blend, with its own settings as the configuration has them. */
export interface BlendPart {
  readonly algorithm: AlgorithmName;
  /** By segment. A cold segment in which no part has a weight has the warm ones. */
  readonly weights: Readonly<Record<BlendSegment, number>>;
  readonly settings: readonly (readonly [name: string, value: Plain])[];
}

export function isBlendName(name: string | null): boolean {
  return name !== null && findAlgorithm(name) === BLEND;
}

/**
 * The parts of a blend's configuration with a weight above 0 in a segment, the heaviest first; of equal weights, in the order of all algorithms.
 * `weight.IALS` is a weight, as is `cold_items.IALS`, `IALS.alpha0` a setting of that part. A part that the configuration does not weigh has its default.
 */
export function blendParts(parameters: Readonly<Record<string, unknown>>): BlendPart[] {
  const parts = new Map<
    AlgorithmName,
    { weights: Record<BlendSegment, number>; settings: [string, Plain][] }
  >(
    BLEND_COMPONENTS.map((name) => {
      return [name, { weights: { warm: defaultWeight(name), coldItems: 0, coldUsers: 0 }, settings: [] }];
    }),
  );
  for (const [written, value] of Object.entries(parameters)) {
    const dot = written.indexOf(".");
    const [owner, param] = [written.slice(0, dot), written.slice(dot + 1)];
    const segment = BLEND_SEGMENTS.find((one) => BLEND_WEIGHTS[one] === owner);
    const isPower = owner === BLEND_LENGTH;
    const part = parts.get(findAlgorithm(segment || isPower ? param : owner) ?? BLEND);
    if (part === undefined || !isPlain(value)) continue;
    if (isPower) part.settings.push([t("algorithms.power"), value]);
    else if (segment) part.weights[segment] = Number(value);
    else part.settings.push([param, value]);
  }
  return [...parts]
    .map(([algorithm, part]) => ({ algorithm, ...part }))
    .filter(({ weights }) => BLEND_SEGMENTS.some((segment) => weights[segment] > 0))
    .sort((a, b) => b.weights.warm - a.weights.warm);
}

/** The cold segments in which the parts have weights of their own. */
export function ownSegments(parts: readonly BlendPart[]): readonly BlendSegment[] {
  return BLEND_SEGMENTS.filter((segment) => {
    return segment !== "warm" && parts.some(({ weights }) => weights[segment] > 0);
  });
}

function defaultWeight(name: AlgorithmName): number {
  const params = ALGORITHM_PARAMS[BLEND] as Readonly<Record<string, { readonly default: unknown }>>;
  return Number(params[`weight.${name}`]?.default ?? 0);
}

function isPlain(value: unknown): value is Plain {
  return ["number", "string", "boolean"].includes(typeof value);
}
