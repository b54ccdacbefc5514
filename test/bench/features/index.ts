/**
 * The table of all models with features: ndcg@10 of known users and items (20 % of each user held out), of new items (20 % of them,
 * ranked among themselves) and of new users (20 %, all items ranked), means over seeds, with the processor seconds and the bytes of
 * the warm fit. Public data are not part of the project; pass the folder that holds them. `topics` is generated and reads nothing.
 *
 *   node test/bench/features/index.ts DATA_DIR [--data ml-100k,topics] [--only FeatureIALS,Content] [--splits cold-items]
 *        [--seeds 0,1,2] [--lightfm PYTHON] [--json]
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";
import { casesOf } from "./cases.ts";
import {
  encode,
  type FeatureData,
  type RawData,
  readLastFm,
  readMovieLens100k,
  readMovieLensSmall,
} from "./feature-data.ts";
import { measureLightFm } from "./lightfm.ts";
import {
  type Measured,
  measureCase,
  measureRandom,
  type Parts,
  partsOf,
  SPLITS,
  type SplitName,
} from "./measure-case.ts";
import { jsonTable, markdownTable, type Row } from "./table.ts";
import { generateTopics } from "./topics.ts";

const SETS: Readonly<Record<string, (folder: string) => RawData>> = {
  "ml-100k": readMovieLens100k,
  "hetrec2011-lastfm-2k": readLastFm,
  "ml-latest-small": readMovieLensSmall,
  topics: generateTopics,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", default: Object.keys(SETS).join(",") },
    only: { type: "string" },
    splits: { type: "string", default: SPLITS.join(",") },
    seeds: { type: "string", default: "0,1,2,3,4" },
    lightfm: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [folder] = positionals;
const sets = values.data.split(",");
const splits = values.splits.split(",") as SplitName[];
const unknown = sets.find((name) => !(name in SETS)) ?? splits.find((name) => !SPLITS.includes(name));
if (folder === undefined || unknown !== undefined) {
  const problem = unknown === undefined ? "" : `"${unknown}" is not known. `;
  process.stderr.write(
    `${problem}Usage: node test/bench/features/index.ts DATA_DIR [--data ${Object.keys(SETS).join(",")}] ` +
      `[--only MODEL,…] [--splits ${SPLITS.join(",")}] [--seeds 0,1] [--lightfm PYTHON] [--json]\n`,
  );
  process.exit(2);
}
const seeds = values.seeds.split(",").map(Number);
const kernels = loadWasmKernels();

if (!values.json) {
  const load = loadavg().map((one) => one.toFixed(1));
  print(`${cpus()[0]?.model}, Node ${process.version}, load ${load.join(" ")}, seeds ${seeds.join(" ")}`);
}
for (const name of sets) showData(encode((SETS[name] as (typeof SETS)[string])(folder)));

function showData(data: FeatureData): void {
  const parts = splits.map((split) => seeds.map((seed) => partsOf(data.userItems, split, seed)));
  const table = values.json ? jsonTable(data, seeds, print) : markdownTable(data, splits, print);
  const measured = (one: (parts: Parts, seed: number) => Measured): Row =>
    new Map(
      splits.map((split, at) => {
        const own = seeds.map((seed, run) => one(parts[at]?.[run] as Parts, seed));
        return [split, own] as const;
      }),
    );
  if (isWanted("Random")) table.add("Random", measured(measureRandom));
  for (const one of casesOf(data).filter(({ label }) => isWanted(label))) {
    table.add(
      one.label,
      measured((own, seed) => measureCase(one, data, own, { kernels, seed })),
    );
  }
  const { lightfm } = values;
  if (lightfm === undefined) return;
  const rows = parts.map((own) =>
    own.map((part, run) => measureLightFm(lightfm, data, part, seeds[run] as number)),
  );
  for (const label of rows[0]?.[0]?.keys() ?? []) {
    const ofSplit = (at: number) => (rows[at] ?? []).map((figures) => figures.get(label) as Measured);
    table.add(label, new Map(splits.map((split, at) => [split, ofSplit(at)])));
  }
}

/** `FeatureIALS` chooses its rows with other parameters, too; `Blend` all blends. */
function isWanted(label: string): boolean {
  return (
    values.only === undefined ||
    values.only
      .split(",")
      .some((name) => label === name || (/^[,:]/.test(label.slice(name.length)) && label.startsWith(name)))
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
