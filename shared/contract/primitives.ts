import * as z from "zod";
import { text } from "./field.ts";

/** Row ids of the management API: positive integers, as Recotem's clients expect. */
export const rowId = z.number().int().positive();
/** ISO 8601 in UTC. */
export const timestamp = z.string().meta({ format: "date-time" });
export const MAX_NAME_LENGTH = 256;
export const name256 = text({ max: MAX_NAME_LENGTH });

/** A page of rows, newest first unless the resource says otherwise. */
export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({
    count: z.number().int(),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    results: z.array(row),
  });
}

export interface Page<T> {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly T[];
}
