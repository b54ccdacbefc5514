import { defineAlgorithm } from "./definition.ts";

export const topPop = defineAlgorithm({
  name: "TopPop",
  aliases: ["popularity"],
  family: "popularity",
  title: "Popularity",
  about: "The same most popular items for everybody: the baseline to beat.",
  source: "irspack 0.4.0",
  params: {},
  paramAliases: {},
  startingPoints: [{}],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
