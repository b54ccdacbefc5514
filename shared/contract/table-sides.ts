/** A project has a table of properties on each side of its interactions. */
export const TABLE_SIDES = ["item", "user"] as const;
export type TableSide = (typeof TABLE_SIDES)[number];
