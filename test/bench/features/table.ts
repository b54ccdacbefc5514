/** Rows of figures as Markdown, or as JSON, a line each. */
import type { FeatureData } from "./feature-data.ts";
import type { Measured, SplitName } from "./measure-case.ts";

/** By split, a figure for each seed. */
export type Row = ReadonlyMap<SplitName, readonly Measured[]>;

export interface TableWriter {
  add(label: string, row: Row): void;
}

export function jsonTable(
  { name }: FeatureData,
  seeds: readonly number[],
  print: (line: string) => void,
): TableWriter {
  return {
    add: (label, row) => print(JSON.stringify({ data: name, label, seeds, ...Object.fromEntries(row) })),
  };
}

export function markdownTable(
  { name, userItems, features }: FeatureData,
  splits: readonly SplitName[],
  print: (line: string) => void,
): TableWriter {
  print(
    `\n${name}: ${userItems.rowCount} × ${userItems.columnCount}, ${userItems.indices.length} interactions, ` +
      `${features.items?.columnCount ?? 0} features of items and ${features.users?.columnCount ?? 0} of users\n`,
  );
  const titles = ["model", ...splits.map((split) => split.replace("-", " ")), "fit, CPU s", "stored, MB"];
  print(`| ${titles.join(" | ")} |\n| ${titles.map(() => "---").join(" | ")} |`);
  return { add: (label, row) => print(`| ${[label, ...cellsOf(row)].join(" | ")} |`) };
}

/** Seconds and bytes are those of the first split. */
function cellsOf(row: Row): string[] {
  const figures = [...row.values()].map((measured) => spread(measured.map(({ ndcg }) => ndcg)));
  const [first = []] = row.values();
  const seconds = mean(first.map(({ fitSeconds }) => fitSeconds)).toFixed(2);
  const stored = mean(first.map(({ bytes }) => bytes / 1e6)).toFixed(2);
  return [...figures, seconds, stored];
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one / numbers.length, 0);
}

/** Mean and standard deviation over seeds. */
function spread(numbers: readonly number[]): string {
  const middle = mean(numbers);
  if (numbers.length === 1) return middle.toFixed(4);
  const deviation = Math.sqrt(mean(numbers.map((one) => (one - middle) ** 2)));
  return `${middle.toFixed(4)} ± ${deviation.toFixed(4)}`;
}
