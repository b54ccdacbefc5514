/** How clients of AiREC say what the columns of their files are. */
import type { AirecFile, AirecFileType, AirecMapping } from "#contract/airec.ts";
import { MAX_NAME_LENGTH } from "#contract/primitives.ts";

/** One entry for each column of `feature_cols`. A text instead of a list is kept under its own key, as AiREC does. */
const FEATURES = "feature_cols";
const FEATURE = "feature_col";

/** The mappings of a schema, in its order; null for a text that is no JSON object. Values that are no column names are left out. */
export function mappingsOf(schemaJson: string): AirecMapping[] | null {
  const schema = parsedObject(schemaJson);
  if (schema === null) return null;
  return Object.entries(schema).flatMap(([key, value]): AirecMapping[] => {
    if (key !== FEATURES || !Array.isArray(value))
      return columnsIn([value]).map((column) => ({ key, column }));
    return columnsIn(value).map((column) => ({ key: FEATURE, column }));
  });
}

function parsedObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function columnsIn(values: readonly unknown[]): string[] {
  return values.filter((value): value is string => typeof value === "string" && value !== "");
}

export type MappedFile = Pick<AirecFile, "type" | "mappings">;

/** The column of a key, or null. */
export function columnOf(
  { mappings }: MappedFile,
  key: "item_id" | "item_title" | "user_id" | "rating",
): string | null {
  return mappings.find((mapping) => mapping.key === key)?.column ?? null;
}

/** The columns that describe an item, each once. */
export function featureColumns({ mappings }: MappedFile): string[] {
  const features = mappings.filter(({ key }) => key === FEATURE || key === FEATURES);
  return [...new Set(features.map(({ column }) => column))];
}

const NEEDED: Readonly<Record<AirecFileType, readonly ("item_id" | "item_title" | "user_id")[]>> = {
  content: ["item_id", "item_title"],
  interaction: ["user_id", "item_id"],
};

/** Why a file cannot be used as it is mapped; null if it can. */
export function mappingProblem(file: MappedFile): string | null {
  const missing = NEEDED[file.type].find((key) => columnOf(file, key) === null);
  if (missing) return `The mapping of the ${file.type} file has no ${missing}.`;
  const long = file.mappings.find(({ column }) => column.length > MAX_NAME_LENGTH);
  if (long)
    return `The mapping of the ${file.type} file names a column of more than ${MAX_NAME_LENGTH} characters.`;
  return file.type === "content" ? contentProblem(file) : interactionProblem(file);
}

function contentProblem(file: MappedFile): string | null {
  if (featureColumns(file).length > 0) return null;
  return "The mapping of the content file names no feature_cols: nothing says which items are alike.";
}

function interactionProblem(file: MappedFile): string | null {
  const columns = (["user_id", "item_id", "rating"] as const).map((key) => columnOf(file, key));
  const named = columns.filter((column) => column !== null);
  if (new Set(named).size === named.length) return null;
  return "The mapping of the interaction file gives one column two meanings.";
}
