import { BELOW_LIKES_NAMES, WEIGHT_KIND_NAMES, WEIGHT_SCALE_NAMES } from "#contract/weight-kinds.ts";

/** What an interaction is worth. */
export const weights = {
  lineForm: (line: string) => `"${line}": write a type and its weight, such as purchase = 8.`,
  twice: (type: string) => `"${type}" is there twice.`,
  title: "What an interaction is worth",
  about:
    "Models learn from weights. Say what the numbers of your data are, and see what that does before you save it.",
  savedThen:
    "Events, and files that you upload from now on, count so. Files that were read keep their weights.",
  preview: "See what it does",
  save: "Save weights",
  fields: {
    column: "Column of numbers",
    columnHint: "Ratings, counts, hours or amounts. Without one, each row counts 1.",
    kind: "What the numbers are",
    lowest: "Lowest rating",
    highest: "Highest rating",
    scale: "Scale",
    likesFrom: "Lowest rating that is a like",
    below: "Lower ratings",
    typeColumn: "Column of event types",
    typeColumnHint: "Such as view and purchase.",
    typeWeights: "Weights of event types",
    typeWeightsHint:
      "One per line, such as purchase = 8. Other types keep their usual weights: view and click 1, like 3, comment 5, purchase 8.",
    halfLife: "Days until half is left",
    halfLifeHint: "Older interactions count less. Needs a time column.",
    cap: "Most that a pair weighs",
    capHint: "All that a person does with one item.",
    quantile: "Cap at a quantile",
    quantileHint: "0.99 caps the heaviest hundredth.",
  },
  kinds: WEIGHT_KIND_NAMES,
  scales: WEIGHT_SCALE_NAMES,
  belowLikes: BELOW_LIKES_NAMES,
  report: {
    readAgain: (files: number) => (files === 1 ? "1 file was read again" : `${files} files were read again`),
    readOtherwise: (files: number) =>
      files === 1 ? "1 file was read with other weights" : `${files} files were read with other weights`,
    again: (files: number) => `Read ${files === 1 ? "this file" : "these files"} again`,
    title: "What the weights do",
    kept: "Rows that count",
    of: (all: string) => `of ${all}`,
    people: "People",
    pairs: "Pairs",
    density: (share: string) => `${share} of all`,
    belowTwo: (share: string) =>
      `${share} of the people are left with fewer than two items. They do not show what goes together.`,
    before: "Numbers of rows",
    after: "Weights of pairs",
    toData: "Go to Data",
    copies: "The copies have these weights. The first ones stay, with the models that were trained on them.",
    keeps: (files: string) =>
      `Such a file keeps its weights, and models learn from these. Save the weights, then read it again: ${files}.`,
  },
};
