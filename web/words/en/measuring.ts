const plural = (count: number) => `${count} ${count === 1 ? "interaction" : "interactions"}`;

/** What models are measured by. */
export const measuring = {
  cold: {
    known: "Known people and items",
    items: "New items, among themselves",
    users: "New people, all items",
    caption: (metric: string) => `Known and new, by ${metric}`,
    for: "For",
  },
  heldOut: {
    all: {
      tooFew: (count: number, percent: number) =>
        `The data has only ${plural(count)}, so ${percent}% sets too few aside for testing.`,
      upload: "Upload data with at least 3 interactions.",
    },
    person: {
      tooFew: (count: number, percent: number) =>
        `Nobody has more than ${plural(count)}, so ${percent}% sets too few aside for testing.`,
      upload: "Upload data with at least 3 interactions of one person.",
    },
    least: (percent: number) => `Enter at least ${percent}.`,
  },
  metrics: {
    ndcg: "NDCG",
    map: "MAP",
    mrr: "MRR",
    recall: "Recall",
    precision: "Precision",
    hit: "Hit rate",
    catalogCoverage: "Catalogue coverage",
    gini: "Gini index",
    entropy: "Entropy",
    novelty: "Novelty",
  },
};
