import type { Distribution } from "#contract/weight-report.ts";
import { reportWeights, type WeightFigures } from "#engine/data/build/report-weights.ts";
import { withColumnsOf } from "../files/choose-columns.ts";
import { readFile } from "../files/read-file.ts";
import { parseOptions, required, wholeNumber } from "../options/command-line.ts";
import { DATA_OPTIONS, readSettingsOf } from "../options/data-options.ts";
import { UsageError } from "../options/usage-error.ts";
import { type Command, writeResult } from "../terminal/command.ts";
import { createProgress } from "../terminal/progress.ts";
import { textTable } from "../terminal/text-table.ts";

const OPTIONS = {
  data: { type: "string", value: "FILE", help: "interactions" },
  ...DATA_OPTIONS,
  "max-rows": {
    type: "string",
    value: "2000000",
    help: "rows in memory; of larger files a share of the users is counted",
  },
  json: { type: "boolean", help: "print one JSON object" },
} as const;

export const weightsCommand: Command = {
  name: "weights",
  summary: "show what a choice of weights does to a file of interactions",
  usage: "--data FILE [options]",
  options: OPTIONS,
  async run(args, io) {
    const values = parseOptions(args, OPTIONS);
    const progress = createProgress(io.stderr);
    const path = required("data", values.data);
    const { isSequences, isAdjacency, columns, rules, weightRule, separator, keepsMissingWords, minimum } =
      readSettingsOf(await withColumnsOf(values, path, progress));
    if (isSequences) throw new UsageError(`--format ${values.format} has no weights to report on.`);
    if (isAdjacency) throw new UsageError("--format adjacency has no weights to report on.");
    const left = minimum.perUser === undefined ? minimum.perItem && "item" : "user";
    if (left) throw new UsageError(`--min-${left}-interactions has no meaning for a report on weights.`);
    const maxRows = wholeNumber("max-rows", values["max-rows"] ?? "2000000", 1);
    const figures = await readFile(path, progress, (source, reading) =>
      reportWeights(source, {
        ...{ ...reading, separator, keepsMissingWords, weightRule },
        ...{ columns, rules, maxRows },
      }),
    );
    progress.done(`Read ${path}.`);
    writeResult(io, values.json ?? false, { rule: weightRule, ...figures }, () => toText(figures));
  },
};

const rounded = (value: number) => String(Number(value.toPrecision(4)));
const percent = (share: number) => `${rounded(100 * share)} %`;

function toText(report: WeightFigures): string {
  const { rows, kept_rows, left_out_rows, rejected_rows, users, items, pairs, density } = report;
  const reasons = report.reasons.map(({ reason, rows: count }) => [`  ${count}`, reason]);
  const types = report.by_type.map(({ type, rows: count, weight }) => [
    ...[`  ${type}`, `${count} rows`, `weight ${rounded(weight)}`],
  ]);
  const examples = report.examples.map(({ user, item, type, before, after, reason }) => [
    ...[`  ${user}`, item, ...(type === null ? [] : [type]), String(before ?? "-"), "→"],
    after === null ? (reason ?? "") : rounded(after),
  ]);
  const share = report.sampled_users;
  return [
    `${rows} rows: ${kept_rows} kept, ${left_out_rows} left out, ${rejected_rows} rejected`,
    textTable(reasons),
    `${users} of ${report.users_before} users, ${items} items, ${pairs} pairs, ${report.dislikes} dislikes, density ${rounded(density)}`,
    ...(share === null ? [] : [`users, pairs and weights are estimated from ${percent(share)} of the users`]),
    `${percent(report.users_below_2_items)} of the users have fewer than 2 items`,
    ...distributionLines("numbers of rows", report.before),
    ...distributionLines("weights of pairs", report.after),
    ...(types.length === 0 ? [] : ["types", textTable(types)]),
    "rows, before and after",
    textTable(examples),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

const BAR_WIDTH = 40;

function distributionLines(name: string, found: Distribution | null): string[] {
  if (found === null) return [];
  const most = Math.max(...found.histogram.map(({ count }) => count));
  const bars = found.histogram.map(({ from, to, count }) => [
    `  ${from === to ? rounded(from) : `${rounded(from)} to ${rounded(to)}`}`,
    String(count),
    "#".repeat(Math.round((BAR_WIDTH * count) / most)),
  ]);
  const quantiles = Object.entries(found.quantiles).map(
    ([share, value]) => `${percent(Number(share))}: ${rounded(value)}`,
  );
  return [`${name}: mean ${rounded(found.mean)}, ${quantiles.join(", ")}`, textTable(bars)];
}
