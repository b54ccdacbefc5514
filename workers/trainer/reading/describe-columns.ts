import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { MetadataReport } from "#contract/ingestion.ts";
import type { MetadataReader } from "#engine/data/item-metadata.ts";
import { ColumnCheck, misfitText } from "#engine/features/column-check.ts";
import { ColumnGuess } from "#engine/features/guess-columns.ts";
import type { Work } from "../work/work.ts";

const ROWS_PER_BREATH = 500;
/** A report of a table with more columns has no samples: it is one row of the database. */
const MOST_SAMPLED = 300;

/** The report with what each column is, from all rows, and warnings about values that do not fit a type that somebody chose. */
export async function withColumns(
  report: MetadataReport,
  metadata: MetadataReader,
  chosen: readonly FeatureColumn[],
  work: Pick<Work, "breathe">,
): Promise<MetadataReport> {
  const guess = new ColumnGuess();
  const checks = new Map(chosen.map((column) => [column.name, new ColumnCheck([column])]));
  const warnings: string[] = [];
  const unit = report.format.name === "json" ? "record" : "line";
  let rows = 0;
  for (const { properties, line } of metadata.records()) {
    guess.add(properties);
    for (const [name, check] of checks) {
      const misfit = check.check(properties);
      if (misfit === null) continue;
      checks.delete(name);
      warnings.push(`${misfitText(misfit, `${unit} ${line}`)} Such values count as nothing known.`);
    }
    if (++rows % ROWS_PER_BREATH === 0) await work.breathe();
  }
  warnings.push(...(await vectorWarnings(guess, metadata, { unit, breathe: () => work.breathe() })));
  const described = new Map(guess.describe().map((column) => [column.name, column]));
  const hasSamples = described.size <= MOST_SAMPLED;
  return {
    ...report,
    columns: report.columns.map((column) => {
      const found = described.get(column.name);
      if (found === undefined) return column;
      const { name: _, filled, distinct, samples, ...type } = found;
      return { ...column, guess: type, filled, distinct, ...(hasSamples && { samples: [...samples] }) };
    }),
    warnings: [...report.warnings, ...warnings],
  };
}

/** Rows of a column that are named. */
const MOST_NAMED = 10;

/** Names the rows where a column of vectors has something else: such items count as without a vector, and the rest is used. */
async function vectorWarnings(
  guess: ColumnGuess,
  metadata: MetadataReader,
  { unit, breathe }: { readonly unit: string; readonly breathe: () => Promise<void> },
): Promise<string[]> {
  const mixed = guess.mixedVectors();
  if (mixed.length === 0) return [];
  const checks = mixed.map((column) => ({
    ...column,
    check: new ColumnCheck([{ name: column.name, type: "vector" }], new Map([[column.name, column.length]])),
    found: [] as string[],
  }));
  let rows = 0;
  for (const { itemId, properties, line } of metadata.records()) {
    for (const { check, found } of checks) {
      const misfit = found.length < MOST_NAMED ? check.check(properties) : null;
      if (misfit)
        found.push(`${unit} ${line} ("${itemId}") has ${JSON.stringify(misfit.value)}, not ${misfit.needs}`);
    }
    if (++rows % ROWS_PER_BREATH === 0) await breathe();
  }
  return checks.map(({ name, others, found }) => {
    const more = others > found.length ? `; and ${others - found.length} more` : "";
    return `The column "${name}" has vectors, and ${others} values that are none: ${found.join("; ")}${more}. These rows count as without a vector.`;
  });
}
