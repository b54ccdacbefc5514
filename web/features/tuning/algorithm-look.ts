import { findAlgorithm } from "#contract/algorithm-names.ts";
import { ALGORITHM_NAMES, type AlgorithmName, DEFAULT_STUDY_ALGORITHMS } from "#contract/algorithms.ts";

interface AlgorithmText {
  readonly title: string;
  readonly about: string;
}

/** By our names; one that is missing here is shown by its name alone. */
const TEXTS: Readonly<Record<string, AlgorithmText>> = {
  TopPop: { title: "Popularity", about: "The same most popular items for everybody: the baseline to beat." },
  Trending: { title: "Trending", about: "What has been popular recently. Needs a time column." },
  CosineKNN: { title: "Cosine KNN", about: "Items that the same people like, by cosine." },
  DegreeKNN: {
    title: "Degree-weighted KNN",
    about: "Items by shared people, with less weight for very active people and popular items.",
  },
  AsymmetricCosineKNN: {
    title: "Asymmetric cosine KNN",
    about: "Cosine, with a setting for how much popularity counts.",
  },
  JaccardKNN: { title: "Jaccard KNN", about: "Items by the overlap of the people who like them." },
  TverskyIndexKNN: { title: "Tversky KNN", about: "Overlap, with a weight for each of the two items." },
  CosineUserKNN: { title: "Cosine user KNN", about: "What people of a similar taste like." },
  AsymmetricCosineUserKNN: {
    title: "Asymmetric user KNN",
    about: "Similar people, with a setting for how much heavy users count.",
  },
  P3alpha: { title: "P3alpha", about: "A random walk from person to item to person to item." },
  RP3beta: { title: "RP3beta", about: "The same walk, with less weight for popular items." },
  IALS: { title: "iALS", about: "Latent factors, by implicit alternating least squares." },
  DenseSLIM: {
    title: "EASE",
    about:
      "Every item predicted from all others, in closed form; degree powers set how much popularity counts.",
  },
  EDLAE: { title: "EDLAE", about: "EASE, trained so that an item does not predict itself." },
  SparseSLIM: {
    title: "Sparse EASE",
    about: "Every item predicted from the items most related to it, for large catalogues.",
  },
  SLIM: { title: "SLIM", about: "Every item predicted from a few others." },
  BPR: { title: "BPR", about: "Latent factors, learned from which items people prefer to others." },
  Blend: { title: "Blend", about: "Several algorithms, weighed together." },
  TruncatedSVD: { title: "Truncated SVD", about: "Latent factors, by singular values." },
  NMF: { title: "NMF", about: "Latent factors that are never negative." },
  GFCF: { title: "GF-CF", about: "Smooths interactions over the graph of people and items, in closed form." },
  TurboCF: { title: "Turbo-CF", about: "The same smoothing, by a polynomial of item similarity." },
};

/** The colour tokens of algorithms, one for each; those that every study tries have the first ones, popularity has its own. */
const SERIES_COUNT = 21;
const BASELINE_SERIES = "series-base";
const RANKED: readonly string[] = [...new Set([...DEFAULT_STUDY_ALGORITHMS, ...ALGORITHM_NAMES])].filter(
  (name) => name !== "TopPop",
);

/** An algorithm's name as shown; also of irspack's class names. Unknown ones are shown as they are. */
export function algorithmTitle(name: string | null): string {
  if (name === null) return "not chosen yet";
  const known = findAlgorithm(name);
  return (known && TEXTS[known]?.title) ?? known ?? name;
}

export function algorithmAbout(name: AlgorithmName): string {
  return TEXTS[name]?.about ?? "";
}

/** Whether a name means the baseline that all others are measured against. */
export function isBaseline(name: string | null): boolean {
  return name !== null && findAlgorithm(name) === "TopPop";
}

/** The colour token of an algorithm, the same on every page. */
export function algorithmSeries(name: string | null): string {
  const known = name === null ? null : findAlgorithm(name);
  const rank = known === null ? -1 : RANKED.indexOf(known);
  return rank >= 0 && rank < SERIES_COUNT ? `series-${rank + 1}` : BASELINE_SERIES;
}

/** `IALS.n_components`, `IALS_n_components` and `n_components` are one parameter. */
export function paramTitle(param: string, algorithm: string | null): string {
  return algorithm !== null && param.startsWith(algorithm) ? param.slice(algorithm.length + 1) : param;
}
