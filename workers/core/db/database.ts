import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import * as schema from "./schema.ts";

export type Database = DrizzleD1Database<typeof schema>;

export function openDatabase(binding: D1Database): Database {
  return drizzle(binding, { schema });
}

/** Whether an insert or update failed because another row holds the same unique value; `index` narrows it to columns or an index. */
export function isUniqueViolation(error: unknown, index?: string): boolean {
  if (!(error instanceof Error)) return false;
  if (/UNIQUE constraint failed/.test(error.message))
    return index === undefined || error.message.includes(index);
  return isUniqueViolation(error.cause, index);
}
