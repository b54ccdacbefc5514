/** What a column of an item or user table says of its row. The only place where types of columns are listed. */
import * as z from "zod";

export const FEATURE_TYPES = [
  "id",
  "title",
  "category",
  "tags",
  "flag",
  "number",
  "date",
  "text",
  "image",
  "geo",
  "vector",
  "ignored",
] as const;
export type FeatureType = (typeof FEATURE_TYPES)[number];

/** One line about each type, for people. */
export const FEATURE_TYPE_TEXTS: Readonly<Record<FeatureType, string>> = {
  id: "Ids of items or users, or codes of other systems. Models do not read them.",
  title: "A name in a few words.",
  category: "One value, or a path such as Books > Crime.",
  tags: "Several values: a JSON list, or text with a separator.",
  flag: "0 or 1, true or false: a tag in a column of its own.",
  number: "A number, compared by its size.",
  date: "A date or time.",
  text: "Prose; its words count.",
  image: "The address of a picture. Models do not read it.",
  geo: 'A place: "latitude,longitude", an object with lat and lon, or two columns of numbers.',
  vector:
    "Numbers of an embedding: a JSON list, or float32 numbers in base64. All rows have the same length.",
  ignored: "Models do not read it.",
};

/** Types that add nothing to the features of a row; a vector is carried for models that read vectors. */
export const SILENT_TYPES: readonly FeatureType[] = ["id", "image", "vector", "ignored"];

export interface FeatureColumn {
  readonly name: string;
  readonly type: FeatureType;
  /** Of `category`: what stands between the levels. Of `tags`: what separates values that come as one text. */
  readonly separator?: string | undefined;
  /** Of `geo` in two columns of numbers: the column of longitudes. This one has the latitudes. */
  readonly longitude?: string | undefined;
}

export const MAX_COLUMN_NAME = 256;
export const MAX_SEPARATOR = 16;

/** What a column is, without its name. */
export const columnType = {
  type: z.enum(FEATURE_TYPES),
  separator: z.string().min(1).max(MAX_SEPARATOR).optional(),
  longitude: z.string().min(1).max(MAX_COLUMN_NAME).optional(),
};

/** A column in artifacts and messages of jobs. */
export const featureColumn = z.object({
  name: z.string(),
  type: z.enum(FEATURE_TYPES),
  separator: z.string().optional(),
  longitude: z.string().optional(),
});

/** What is wrong with a column's own fields; null if they fit its type. */
export function columnProblem({ name, type, separator, longitude }: FeatureColumn): string | null {
  if (separator !== undefined && type !== "category" && type !== "tags") {
    return `A column of the type ${type} has no separator; category and tags have one.`;
  }
  if (longitude === undefined) return null;
  if (type !== "geo") return `A column of the type ${type} has no column of longitudes; geo has one.`;
  return longitude === name ? "The longitudes are in another column." : null;
}
