import { findAlgorithm } from "#contract/algorithm-names.ts";
import { ALGORITHM_PARAMS, type AlgorithmName, BLEND, BLEND_COMPONENTS } from "#contract/algorithms.ts";

type Plain = number | string | boolean;

/** One algorithm of a blend, with its own settings as the configuration has them. */
export interface BlendPart {
  readonly algorithm: AlgorithmName;
  readonly weight: number;
  readonly settings: readonly (readonly [name: string, value: Plain])[];
}

export function isBlendName(name: string | null): boolean {
  return name !== null && findAlgorithm(name) === BLEND;
}

/**
 * The parts of a blend's configuration with a weight above 0, the heaviest first; of equal weights, in the order of all algorithms.
 * `weight.IALS` is a weight, `IALS.alpha0` a setting of that part. A part that the configuration does not weigh has its default.
 */
export function blendParts(parameters: Readonly<Record<string, unknown>>): BlendPart[] {
  const parts = new Map<AlgorithmName, { weight: number; settings: [string, Plain][] }>(
    BLEND_COMPONENTS.map((name) => [name, { weight: defaultWeight(name), settings: [] }]),
  );
  for (const [written, value] of Object.entries(parameters)) {
    const dot = written.indexOf(".");
    const [owner, param] = [written.slice(0, dot), written.slice(dot + 1)];
    const isWeight = owner === "weight";
    const part = parts.get(findAlgorithm(isWeight ? param : owner) ?? BLEND);
    if (part === undefined || !isPlain(value)) continue;
    if (isWeight) part.weight = Number(value);
    else part.settings.push([param, value]);
  }
  return [...parts]
    .map(([algorithm, part]) => ({ algorithm, ...part }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
}

function defaultWeight(name: AlgorithmName): number {
  const params = ALGORITHM_PARAMS[BLEND] as Readonly<Record<string, { readonly default: unknown }>>;
  return Number(params[`weight.${name}`]?.default ?? 0);
}

function isPlain(value: unknown): value is Plain {
  return ["number", "string", "boolean"].includes(typeof value);
}
