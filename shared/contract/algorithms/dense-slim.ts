import { DENSE_POWERS, MAX_DENSE_ITEMS, RIDGE } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const denseSlim = defineAlgorithm({
  name: "DenseSLIM",
  aliases: ["ease"],
  family: "regression",
  title: "EASE",
  about:
    "Every item predicted from all others, in closed form; degree powers set how much popularity counts.",
  source:
    "Steck 2019, whose best reg on MovieLens-20M is the default; range of reg as in irspack 0.4.0; degree powers and starting points from own searches.",
  params: { reg: { ...RIDGE, default: 500 }, ...DENSE_POWERS },
  paramAliases: {},
  startingPoints: [
    { reg: 500, b: 0.5, a: 0.3, c: 0.1 },
    { reg: 200, b: 0, a: 0, c: 0 },
  ],
  needsTimes: false,
  needsTables: [],
  maxItems: MAX_DENSE_ITEMS,
});
