import { ALGORITHM_NAMES, type AlgorithmName, findAlgorithm } from "#contract/algorithms.ts";

interface AlgorithmText {
  readonly title: string;
  readonly about: string;
}

/** By our names; one that is missing here is shown by its name alone. */
const TEXTS: Readonly<Record<string, AlgorithmText>> = {
  TopPop: { title: "Popularity", about: "The same most popular items for everybody: the baseline to beat." },
  CosineKNN: { title: "Cosine KNN", about: "Items that the same people like, by cosine." },
  AsymmetricCosineKNN: {
    title: "Asymmetric cosine KNN",
    about: "Cosine with a say in how much popularity counts.",
  },
  JaccardKNN: { title: "Jaccard KNN", about: "Items by the overlap of the people who like them." },
  TverskyIndexKNN: { title: "Tversky KNN", about: "Overlap that weighs the two sides apart." },
  CosineUserKNN: { title: "Cosine user KNN", about: "What people of a similar taste like." },
  AsymmetricCosineUserKNN: {
    title: "Asymmetric user KNN",
    about: "Similar people, with a say for heavy users.",
  },
  P3alpha: { title: "P3alpha", about: "A random walk from person to item to person to item." },
  RP3beta: { title: "RP3beta", about: "The same walk, with popular items held back." },
  IALS: { title: "iALS", about: "Latent factors, by implicit alternating least squares." },
  DenseSLIM: { title: "EASE", about: "Every item predicted from all others, in closed form." },
  EDLAE: { title: "EDLAE", about: "EASE, kept from trusting an item's own presence." },
  SLIM: { title: "SLIM", about: "Every item predicted from a few others." },
  BPR: { title: "BPR", about: "Latent factors, learnt from what is preferred to what." },
  TruncatedSVD: { title: "Truncated SVD", about: "Latent factors, by singular values." },
  NMF: { title: "NMF", about: "Latent factors that are never negative." },
};

/** How many series colours the tokens hold; the last is the baseline's grey. */
const SERIES_COUNT = 6;

/** An algorithm's name as shown; also of irspack's class names. Unknown ones are shown as they are. */
export function algorithmTitle(name: string | null): string {
  if (name === null) return "not chosen yet";
  const known = findAlgorithm(name);
  return (known && TEXTS[known]?.title) ?? known ?? name;
}

export function algorithmAbout(name: AlgorithmName): string {
  return TEXTS[name]?.about ?? "";
}

/** 1 … 6, the same on every page. */
export function algorithmSeries(name: string | null): number {
  const known = name === null ? null : findAlgorithm(name);
  if (known === null || known === "TopPop") return SERIES_COUNT;
  const ranked = ALGORITHM_NAMES.filter((other) => other !== "TopPop").reverse();
  return (ranked.indexOf(known) % (SERIES_COUNT - 1)) + 1;
}

/** `IALS.n_components`, `IALS_n_components` and `n_components` are one parameter. */
export function paramTitle(param: string, algorithm: string | null): string {
  return algorithm !== null && param.startsWith(algorithm) ? param.slice(algorithm.length + 1) : param;
}
