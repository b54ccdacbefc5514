/**
 * What cuts by source and by target reach for walks, within the training parts of public data and variants of them: `core 20` keeps
 * people and items with 20 interactions or more, `half` a half of all interactions.
 *
 *   node test/bench/walk-cuts.ts DATA_DIR [--data ml-100k,steam] [--algorithms P3alpha,RP3beta]
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { AlgorithmName } from "#contract/algorithms.ts";
import { cutFor } from "#engine/algorithms/item-knn/random-walk.ts";
import { transpose } from "#engine/data/transpose.ts";
import { createRandom } from "#engine/random.ts";
import { loadWasmKernels } from "../shared/engine/kernels/load-kernels.ts";
import { encode, type Interaction } from "./features/feature-data.ts";
import { measureCase, partsOf } from "./features/measure-case.ts";

/** A pair in the first two columns of each line that begins with a number, or a person and all of their items. */
const SETS: Readonly<Record<string, { readonly file: string; readonly isList?: boolean }>> = {
  "ml-100k": { file: "ml-100k/u.data" },
  "ml-latest-small": { file: "ml-latest-small/ratings.csv" },
  "hetrec2011-lastfm-2k": { file: "hetrec2011-lastfm-2k/user_artists.dat" },
  steam: { file: "steam/game_purchase.dat" },
  msweb: { file: "msweb/visits.tsv" },
  beauty: { file: "beauty/sequences.tsv", isList: true },
};
const CORES = [0, 5, 20, 50];
const SHARES = [1, 0.5];
const LEAST_USERS = 100;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", default: Object.keys(SETS).join(",") },
    algorithms: { type: "string", default: "P3alpha,RP3beta" },
  },
});
const [folder] = positionals;
const algorithms = values.algorithms.split(",") as AlgorithmName[];
if (folder === undefined) throw new Error("Usage: node test/bench/walk-cuts.ts DATA_DIR [--data NAME,…]");
const kernels = loadWasmKernels();
const titles = [
  "data",
  "interactions an item",
  "chosen",
  ...algorithms.map((name) => `${name}: source, target`),
];
console.log(`| ${titles.join(" | ")} |\n|${" --- |".repeat(titles.length)}`);
for (const name of values.data.split(",")) {
  const all = read(name);
  for (const least of CORES) {
    const core = coreOf(all, least);
    for (const share of SHARES) show(`${name}${least > 0 ? `, core ${least}` : ""}`, core, share);
  }
}

function show(name: string, interactions: readonly Interaction[], share: number): void {
  const random = createRandom(3);
  const kept = interactions.filter(() => share === 1 || random.next() < share);
  if (new Set(kept.map(({ user }) => user)).size < LEAST_USERS) return;
  const { userItems } = encode({ name, interactions: kept, items: new Map(), users: null });
  // The test part of seed 0 is not looked at.
  const parts = partsOf(partsOf(userItems, "warm", 0).train, "warm", 1);
  const ndcg = (algorithm: AlgorithmName, cut: string) => {
    const one = { label: algorithm, algorithm, params: { cut_by: cut } };
    const data = { name, userItems, features: {} };
    return measureCase(one, data, parts, { kernels, seed: 1 }).ndcg.toFixed(4);
  };
  const itemUsers = transpose(parts.train);
  const known = new Set(parts.train.indices).size;
  const cells = [
    share === 1 ? name : `${name}, half`,
    (parts.train.indices.length / known).toFixed(1),
    cutFor(itemUsers),
    ...algorithms.map((algorithm) => `${ndcg(algorithm, "source")}, ${ndcg(algorithm, "target")}`),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

/** What is left when people and items with fewer interactions among what is left are gone. */
function coreOf(interactions: readonly Interaction[], least: number): readonly Interaction[] {
  const counts = (side: "user" | "item") => {
    const found = new Map<string, number>();
    for (const one of interactions) found.set(one[side], (found.get(one[side]) ?? 0) + 1);
    return found;
  };
  const [users, items] = [counts("user"), counts("item")];
  const kept = interactions.filter(
    ({ user, item }) => (users.get(user) ?? 0) >= least && (items.get(item) ?? 0) >= least,
  );
  return kept.length === interactions.length ? kept : coreOf(kept, least);
}

/** Each pair once. */
function read(name: string): readonly Interaction[] {
  const set = SETS[name];
  if (!set) throw new Error(`"${name}" is not one of ${Object.keys(SETS).join(", ")}.`);
  const pairs = new Map<string, Interaction>();
  for (const line of readFileSync(`${folder}/${set.file}`, "utf8").trim().split(/\r?\n/)) {
    const [user = "", ...rest] = line.split(/[\t, ]+/);
    if (!/^\d+$/.test(user)) continue;
    const items = set.isList ? (line.split("\t")[1] ?? "").split(" ") : rest.slice(0, 1);
    for (const item of items) pairs.set(`${user} ${item}`, { user, item, weight: 1 });
  }
  return [...pairs.values()];
}
