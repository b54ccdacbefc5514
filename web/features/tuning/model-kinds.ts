/** Kinds of models, for those who do not choose single algorithms. Pure. */
import { ALGORITHM_NAMES, ALGORITHMS, type AlgorithmName } from "#contract/algorithms.ts";

export const MODEL_KINDS = ["automatic", "collaborative", "content", "hybrid"] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** Those that read nothing but the item table. */
const isContent = (name: AlgorithmName) => ["content", "embedding"].includes(ALGORITHMS[name].family);
/** Only a project with vectors has such an algorithm among the usual ones. */
const needsVectors = (name: AlgorithmName) => ALGORITHMS[name].family === "embedding";
const readsTables = (name: AlgorithmName) => ALGORITHMS[name].needsTables.length > 0;

/**
 * The algorithms of a kind; null lets the job choose.
 * @param usual  What the job would choose by the data and the tables.
 */
export function algorithmsOfKind(kind: ModelKind, usual: readonly string[]): readonly AlgorithmName[] | null {
  if (kind === "automatic") return null;
  if (kind === "content") {
    return ALGORITHM_NAMES.filter((name) => isContent(name) && (!needsVectors(name) || usual.includes(name)));
  }
  if (kind === "hybrid") return ALGORITHM_NAMES.filter((name) => readsTables(name) && !isContent(name));
  return ALGORITHM_NAMES.filter((name) => usual.includes(name) && !readsTables(name) && !isContent(name));
}
