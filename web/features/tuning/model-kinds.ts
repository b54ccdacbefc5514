/** Kinds of models, for those who do not choose single algorithms. Pure. */
import { ALGORITHM_NAMES, ALGORITHMS, type AlgorithmName } from "#contract/algorithms.ts";

export const MODEL_KINDS = ["automatic", "collaborative", "content", "hybrid"] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

export const MODEL_KIND_TEXTS: Readonly<
  Record<ModelKind, { readonly label: string; readonly hint: string }>
> = {
  automatic: {
    label: "Choose automatically",
    hint: "Tries what suits the size of the data, with the tables that the project has.",
  },
  collaborative: {
    label: "Collaborative: what people like together",
    hint: "Learns from interactions alone. Best for items that many people know.",
  },
  content: {
    label: "Content: items with the same properties",
    hint: "Reads the item table. New items are found at once.",
  },
  hybrid: {
    label: "Hybrid: both together",
    hint: "Learns from interactions and the tables, so new items and new people get fitting lists.",
  },
};

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
