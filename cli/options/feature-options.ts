import { columnProblem, type FeatureColumn } from "#contract/feature-columns.ts";
import { FEATURE_TYPES } from "#contract/feature-types.ts";
import { oneOf, pairsOf, type Values } from "./command-line.ts";
import { UsageError } from "./usage-error.ts";

/** Tables of items and users, for algorithms that read features. */
export const FEATURE_OPTIONS = {
  "item-features": {
    type: "string",
    value: "FILE",
    help: "table of items: a row for each, with its properties",
  },
  "item-features-id": {
    type: "string",
    value: "NAME",
    help: "its column of ids; by default that of the data's items, or the one named so, or its first",
  },
  "item-features-types": {
    type: "string",
    value: "genres=tags:|,zip=ignored",
    help: `types of its columns where the guess is wrong: ${FEATURE_TYPES.join(", ")}, with a separator after a colon`,
  },
  "user-features": { type: "string", value: "FILE", help: "the same for users" },
  "user-features-id": {
    type: "string",
    value: "NAME",
    help: "its column of ids; by default that of the data's users, or the one named so, or its first",
  },
  "user-features-types": { type: "string", value: "age=number", help: "types of its columns" },
} as const;

/** How one table is read. */
export interface TableSettings {
  readonly path: string;
  /** Name, or position from 1; null to find it. */
  readonly idColumn: string | null;
  /** The column of the data's ids, which the table often has, too; null if it is unknown. */
  readonly dataColumn: string | null;
  /** By name of the column. */
  readonly types: ReadonlyMap<string, FeatureColumn>;
}

export interface FeatureSettings {
  readonly item: TableSettings | null;
  readonly user: TableSettings | null;
}

type FeatureValues = Values<typeof FEATURE_OPTIONS> & {
  readonly [Column in "item-column" | "user-column"]?: string | undefined;
};

/** Throws `UsageError`. */
export function featureSettingsOf(values: FeatureValues): FeatureSettings {
  return { item: tableSettings(values, "item"), user: tableSettings(values, "user") };
}

function tableSettings(values: FeatureValues, about: "item" | "user"): TableSettings | null {
  const path = values[`${about}-features`];
  const id = values[`${about}-features-id`];
  const types = values[`${about}-features-types`];
  if (path === undefined) {
    const given = id === undefined ? types && `${about}-features-types` : `${about}-features-id`;
    if (given !== undefined) throw new UsageError(`--${given} needs --${about}-features.`);
    return null;
  }
  return {
    path,
    idColumn: id ?? null,
    dataColumn: values[`${about}-column`] ?? null,
    types: types === undefined ? new Map() : typesOf(`${about}-features-types`, types),
  };
}

/** `genres=tags:|,zip=ignored,lat=geo:lon`: after the colon the separator, or the column of longitudes. A separator cannot be a comma, which is what the guess looks for. */
function typesOf(option: string, text: string): TableSettings["types"] {
  return new Map(
    [...pairsOf(option, text)].map(([name, value]) => {
      const [type = "", ...separator] = value.split(":");
      const mark = separator.length === 0 ? undefined : separator.join(":");
      const known = oneOf(option, type, FEATURE_TYPES);
      const column: FeatureColumn = {
        name,
        type: known,
        [known === "geo" ? "longitude" : "separator"]: mark,
      };
      const problem = columnProblem(column);
      if (problem !== null) throw new UsageError(`--${option}: ${name}: ${problem}`);
      return [name, column] as const;
    }),
  );
}
