/** Columns that tables have in common. Times are epoch milliseconds. */
import { customType, integer } from "drizzle-orm/sqlite-core";

export const id = () => integer("id").primaryKey({ autoIncrement: true });
export const createdAt = () => integer("created_at").notNull();
export const updatedAt = () => integer("updated_at").notNull();
/** Until when the worker that has the row is left alone; 0 when nobody has it. See `lease.ts`. */
export const leaseUntil = () => integer("lease_until").notNull().default(0);
export const flag = (name: string) => integer(name, { mode: "boolean" });

/** A value as JSON text. Text that is none reads as null: one damaged row does not keep the others of a page from being read. */
export const json = <T>(name: string) =>
  customType<{ data: T; driverData: string }>({
    dataType: () => "text",
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (stored) => parsedOrNull(stored) as T,
  })(name);

function parsedOrNull(stored: string): unknown {
  try {
    return JSON.parse(stored);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
