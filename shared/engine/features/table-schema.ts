/** The columns of a table as its files suggest and somebody corrected them. Pure: versions are stored elsewhere. */
import type { ColumnType, OTHER_COLUMNS, SchemaColumn, SentColumn } from "#contract/column-schema.ts";
import type { FeatureColumn } from "#contract/feature-columns.ts";

export interface TableSchema {
  readonly columns: readonly SchemaColumn[];
  readonly otherColumns: (typeof OTHER_COLUMNS)[number];
}

export const NO_SCHEMA: TableSchema = { columns: [], otherColumns: "guessed" };

/** After a file was read: its columns in its order, then those that it lacks. What somebody chose stays. */
export function schemaAfterFile(
  schema: TableSchema,
  guessed: readonly (Pick<SchemaColumn, "name"> & { readonly guess: ColumnType })[],
): TableSchema {
  const known = new Map(schema.columns.map((column) => [column.name, column]));
  const found = guessed.map(
    ({ name, guess }): SchemaColumn => ({
      name,
      guess,
      choice: known.get(name)?.choice ?? null,
      is_missing: false,
    }),
  );
  const names = new Set(guessed.map(({ name }) => name));
  const missing = schema.columns.filter(({ name }) => !names.has(name));
  return { ...schema, columns: [...found, ...missing.map((column) => ({ ...column, is_missing: true }))] };
}

/**
 * With the columns that written rows have and the file lacks. Where both have one, the file's guess counts.
 *
 * @param hasFile Whether the columns that are not missing are those of a file.
 */
export function schemaWithWritten(
  schema: TableSchema,
  hasFile: boolean,
  written: readonly FeatureColumn[],
): TableSchema {
  const ofFile = hasFile ? schema.columns.filter((column) => !column.is_missing) : [];
  const names = new Set(ofFile.map(({ name }) => name));
  const added = written.filter(({ name }) => !names.has(name));
  if (added.length === 0) return schema;
  const known = ofFile.flatMap(({ name, guess }) => (guess ? [{ name, guess }] : []));
  const guessed = added.map(({ name, type, separator, longitude }) => ({
    name,
    guess: { type, ...(separator && { separator }), ...(longitude && { longitude }) },
  }));
  return schemaAfterFile(schema, [...known, ...guessed]);
}

type Choice = Pick<SchemaColumn, "name" | "choice">;

/** After somebody chose. A column that no file has yet is kept for a later one. A choice of null takes the one before back. */
export function schemaAfterChoices(
  schema: TableSchema,
  choices: readonly (Choice | SentColumn)[],
  otherColumns = schema.otherColumns,
): TableSchema {
  const chosen = new Map(choices.map(({ name, choice }) => [name, choice]));
  const columns = schema.columns.map((column) =>
    chosen.has(column.name) ? { ...column, choice: chosen.get(column.name) ?? null } : column,
  );
  const known = new Set(columns.map(({ name }) => name));
  const added = choices
    .filter(({ name, choice }) => choice !== null && !known.has(name))
    .map(({ name, choice }): SchemaColumn => ({ name, guess: null, choice, is_missing: true }));
  const kept = columns.filter(({ guess, choice }) => guess !== null || choice !== null);
  return { columns: [...kept, ...added], otherColumns };
}

/** What models read a column as; null while nothing says so. */
export function typeOfColumn({ otherColumns }: TableSchema, column: SchemaColumn): ColumnType | null {
  const { guess, choice } = column;
  if (choice === "used") return guess && UNREAD.has(guess.type) ? { type: "text" } : guess;
  if (choice !== null) return choice;
  return otherColumns === "ignored" ? { type: "ignored" } : guess;
}

/** Guesses that a column does not have which somebody wants to use. */
const UNREAD: ReadonlySet<ColumnType["type"]> = new Set(["ignored", "id", "image"]);

/** The columns that the newest file has, as models read them. */
export function columnsInUse(schema: TableSchema): FeatureColumn[] {
  return schema.columns.flatMap((column) => {
    const type = column.is_missing ? null : typeOfColumn(schema, column);
    return type === null ? [] : [{ name: column.name, ...type }];
  });
}

/** The types that somebody chose, without those that follow the guess. */
export function chosenColumns({ columns }: TableSchema): FeatureColumn[] {
  return columns.flatMap(({ name, choice }) =>
    choice === null || choice === "used" ? [] : [{ name, ...choice }],
  );
}
