/**
 * `node test/bench/serve/engine-lists.ts [--items 2000,40000 --models factor,item-item,blend] [--ruled]`: processor time of the engine for a list of a
 * known user, in Node and warm, without HTTP. The least of several rounds, since other processes only add to it; and a sum over all
 * lists, which stays the same as long as no answer changes. `--ruled` adds a filter that four of five items pass, and a boost of 1.5 for
 * one in forty.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { emptyBitmap, setBit } from "#engine/catalogue/bitmap.ts";
import { adjustScores, itemRulesOf } from "#engine/rules/adjust-scores.ts";
import { BoostCollector } from "#engine/rules/boost-totals.ts";
import { type Servable, servableOf } from "#engine/serve/model-artifact.ts";
import { popularityOf } from "#engine/serve/popular-now.ts";
import { recommendAsking } from "#engine/serve/recommend.ts";
import type { RecommendationRequest } from "#engine/serve/recommendation.ts";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";
import { MODELS } from "./cases.ts";
import { fittedSections, madeDataset, USERS, userName } from "./made-world.ts";

const ROUNDS = 12;
const LISTS_PER_ROUND = 1_000;

const { values: options } = parseArgs({
  options: {
    items: { type: "string", default: "2000,40000" },
    ruled: { type: "boolean", default: false },
    models: { type: "string", default: MODELS.map(({ name }) => name).join(",") },
  },
});

for (const items of options.items.split(",").map(Number)) {
  const dataset = await madeDataset(items);
  for (const { name, algorithm, paramsFor } of MODELS) {
    if (!options.models.split(",").includes(name)) continue;
    const sections = fittedSections(dataset, algorithm, paramsFor(items));
    const servable = servableOf({ kind: "model", meta: { algorithm }, sections }, loadWasmKernels());
    const { ms, sum } = await measure(servable, options.ruled ? rulesOver(items) : {});
    console.log(
      `${name}, ${items} items: ${ms.toFixed(3)} ms a list, sum ${sum}, load ${loadavg()[0]?.toFixed(1)}`,
    );
  }
}

function rulesOver(items: number): Pick<RecommendationRequest, "adjust" | "itemRules"> {
  const rows = Int32Array.from({ length: items }, (_, item) => item);
  const [allowed, members, boosted] = [emptyBitmap(items), emptyBitmap(items), emptyBitmap(items)];
  for (const row of rows) {
    setBit(members, row);
    if (row % 5 > 0) setBit(allowed, row);
    if (row % 40 === 7) setBit(boosted, row);
  }
  const factors = new BoostCollector("multiply", items);
  factors.addUniform(1.5, boosted);
  const applied = {
    ...{ allowed, factors, addends: null, mostFactor: 1.5, mostAddend: 0 },
    ...{ pins: [], caps: [], unfit: [] },
  };
  return {
    adjust: (scores) => adjustScores(scores, rows, applied),
    itemRules: itemRulesOf(rows, members, applied),
  };
}

async function measure(servable: Servable, rules: ReturnType<typeof rulesOver>) {
  let least = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    sum = 0;
    for (let n = 0; n < LISTS_PER_ROUND; n++) {
      const request = { userId: userName((7 * n) % USERS), offset: 0, limit: 10, events: [], ...rules };
      const { items } = await recommendAsking(servable, request, async () => popularityOf(servable));
      for (const { itemId, score } of items) sum = (31 * sum + score + itemId.length) % 1e6;
    }
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000 / LISTS_PER_ROUND);
  }
  return { ms: least, sum };
}
