/** Vectors that a model made of the texts of a table, beside what the table has. */
import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { VectorRows } from "../data/vector-rows.ts";
import type { FeatureRow } from "./feature-row.ts";
import type { FeatureTable } from "./feature-tables.ts";
import { textOf } from "./read-cell.ts";

/** Models of texts read about as many, in UTF-16 code units. */
const MOST_READ = 2_000;

/** The columns whose texts are embedded: titles first, then prose. */
export function textColumns(columns: readonly FeatureColumn[]): FeatureColumn[] {
  const ofType = (type: FeatureColumn["type"]) => columns.filter((column) => column.type === type);
  return [...ofType("title"), ...ofType("text")];
}

/** The text of a row; empty if it has none. */
export function textOfRow(columns: readonly FeatureColumn[], row: FeatureRow): string {
  const texts = columns.map(({ name }) => textOf(row[name])).filter((text) => text !== "");
  return texts.join("\n").slice(0, MOST_READ);
}

/** The table with vectors of its rows in a column of that name. It has no other column of vectors. */
export function withTextVectors(
  { space, matrix }: FeatureTable,
  name: string,
  vectors: VectorRows,
): FeatureTable {
  const block = { kind: "vector", columns: [{ name, type: "vector" }], width: vectors.dim } as const;
  return { space: { ...space, blocks: [...space.blocks, block] }, matrix: { ...matrix, vectors } };
}
