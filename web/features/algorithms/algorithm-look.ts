import { findAlgorithm } from "#contract/algorithm-names.ts";
import {
  ALGORITHM_NAMES,
  ALGORITHMS,
  type AlgorithmFamily,
  type AlgorithmName,
  BASELINE,
  DEFAULT_STUDY_ALGORITHMS,
} from "#contract/algorithms.ts";
import type { AlgorithmText } from "../../words/en/algorithm-text.ts";
import { algorithmTexts } from "../../words/language.ts";
import { t } from "../../words/words.ts";

/** The colour tokens of algorithms: the algorithms of every study have the first ones, popularity has its own. */
const SERIES_COUNT = 32;
const BASELINE_SERIES = "series-base";
const RANKED: readonly AlgorithmName[] = [
  ...new Set([...DEFAULT_STUDY_ALGORITHMS, ...ALGORITHM_NAMES]),
].filter((name) => name !== BASELINE);

/** The contract has the English texts; the catalogue of another language has its own. */
function textsOf(name: AlgorithmName): AlgorithmText {
  return algorithmTexts()?.[name] ?? ALGORITHMS[name];
}

/** An algorithm's name as shown; also for irspack's class names. Unknown names are shown unchanged. */
export function algorithmTitle(name: string | null): string {
  if (name === null) return t("algorithms.notChosen");
  const known = findAlgorithm(name);
  return known === null ? name : textsOf(known).title;
}

export function algorithmAbout(name: AlgorithmName): string {
  return textsOf(name).about;
}

/** Whether a name means the baseline that all others are compared with. */
export function isBaseline(name: string | null): boolean {
  return name !== null && findAlgorithm(name) === BASELINE;
}

/** The colour token of an algorithm, the same on every page. */
export function algorithmSeries(name: string | null): string {
  const known = name === null ? null : findAlgorithm(name);
  const rank = known === null ? -1 : RANKED.indexOf(known);
  return rank < 0 ? BASELINE_SERIES : `series-${(rank % SERIES_COUNT) + 1}`;
}

export const SHAPES = ["circle", "square", "diamond", "triangle", "ring", "cross"] as const;
export type Shape = (typeof SHAPES)[number];

/** Families that a study often has beside each other differ in shape. */
const FAMILY_SHAPES: Readonly<Record<AlgorithmFamily, Shape>> = {
  popularity: "ring",
  trend: "ring",
  "item-neighbours": "circle",
  "user-neighbours": "cross",
  factors: "square",
  spectrum: "triangle",
  regression: "diamond",
  sequence: "triangle",
  "session-neighbours": "cross",
  repeats: "ring",
  content: "diamond",
  embedding: "square",
  blend: "cross",
};

/** The shape of an algorithm's mark, so that no algorithm is told by its hue alone; popularity is a ring. */
export function algorithmShape(name: string | null): Shape {
  const known = name === null ? null : findAlgorithm(name);
  return known === null ? "ring" : FAMILY_SHAPES[ALGORITHMS[known].family];
}

/** `IALS.n_components`, `IALS_n_components` and `n_components` are one parameter. */
export function paramTitle(param: string, algorithm: string | null): string {
  return algorithm !== null && param.startsWith(algorithm) ? param.slice(algorithm.length + 1) : param;
}
