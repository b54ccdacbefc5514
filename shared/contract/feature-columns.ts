/** What a column of an item or user table says of its row. */
import * as z from "zod";
import { FEATURE_TYPES, type FeatureType } from "./feature-types.ts";

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
