import type { DrizzleD1Database } from "drizzle-orm/d1";
import { drizzle } from "drizzle-orm/d1";
import * as schema from "./schema.ts";

export type Database = DrizzleD1Database<typeof schema>;

/** Opens the database behind a D1 binding. */
export function openDatabase(binding: D1Database): Database {
  return drizzle(binding, { schema });
}
