/** Columns that several tables have. Times are epoch milliseconds. */
import { customType, integer } from "drizzle-orm/sqlite-core";

export const id = () => integer("id").primaryKey({ autoIncrement: true });
export const createdAt = () => integer("created_at").notNull();
export const updatedAt = () => integer("updated_at").notNull();
/** The end of the present lease, 0 without one. See `lease.ts`. */
export const leaseUntil = () => integer("lease_until").notNull().default(0);
export const flag = (name: string) => integer(name, { mode: "boolean" });

/** A value as JSON text. Invalid text reads as null, so that one damaged row does not break the page of a list. */
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
