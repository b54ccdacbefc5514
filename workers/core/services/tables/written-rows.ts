/** What applications wrote of a project's items and users, in one form: rows that lie over those of files. */
import type { TableSide } from "#contract/table-sides.ts";
import type { ShelfEntry } from "#jobs/item-shelf/packed-shelf.ts";
import type { ServiceDeps } from "../deps.ts";

export type WrittenDeps = Pick<ServiceDeps, "items" | "events">;

/** Some at a time. One that is written meanwhile comes twice, the later one counts. Deleted items are among them. */
export async function* writtenRows(
  { items, events }: WrittenDeps,
  projectId: number,
  side: TableSide,
): AsyncGenerator<readonly ShelfEntry[]> {
  if (side === "item") yield* items.rows(projectId);
  else for await (const users of events.mergedUsers(projectId)) yield users.map(toEntry);
}

type User = Pick<ShelfEntry, "properties" | "isPartial"> & { readonly userId: string };

export function toEntry({ userId, properties, isPartial }: User): ShelfEntry {
  return { itemId: userId, properties, isPartial, state: "shown", seq: 0, newAt: 0 };
}

/** Whether there is a property of anything that is not deleted. */
export function hasWritten(
  { items, events }: WrittenDeps,
  projectId: number,
  side: TableSide,
): Promise<boolean> {
  return side === "item" ? items.hasProperties(projectId) : events.hasUsers(projectId);
}
