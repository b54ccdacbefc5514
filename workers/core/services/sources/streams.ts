/** The streams of a source: tables that are read row by row in the order of a cursor. */
import type {
  DescribedTable,
  InteractionTable,
  ListProperty,
  SourceMapping,
} from "#contract/postgres-source.ts";
import type { SourceProgress } from "#db/source-schema.ts";

export type Described = "items" | "users";

export type Stream =
  | { readonly name: string; readonly kind: "events"; readonly table: InteractionTable }
  | { readonly name: string; readonly kind: Described; readonly table: DescribedTable }
  /** Rows of a list: whose item or user has changed. */
  | {
      readonly name: string;
      readonly kind: "list";
      readonly about: Described;
      readonly table: DescribedTable;
      readonly list: ListProperty;
    };

/** Descriptions come before events, so that what an event names is known. */
export function streamsOf({ interactions, items, users }: SourceMapping): Stream[] {
  return [
    ...describedStreams("items", items),
    ...describedStreams("users", users),
    ...interactions.map((table): Stream => ({ name: `events ${table.table}`, kind: "events", table })),
  ];
}

function describedStreams(about: Described, table: DescribedTable | null): Stream[] {
  if (table === null) return [];
  const lists = table.lists.map(
    (list): Stream => ({ name: `${about} ${list.name} ${list.table}`, kind: "list", about, table, list }),
  );
  return [{ name: `${about} ${table.table}`, kind: about, table }, ...lists];
}

/** The progress that still holds after the mapping has changed: streams that are what they were go on. */
export function keptProgress(
  progress: SourceProgress,
  before: SourceMapping,
  after: SourceMapping,
): SourceProgress {
  const known = new Map(streamsOf(before).map((stream) => [stream.name, JSON.stringify(stream)]));
  const kept = streamsOf(after).filter((stream) => known.get(stream.name) === JSON.stringify(stream));
  return Object.fromEntries(
    kept.flatMap(({ name }) => {
      const upTo = progress[name];
      return upTo ? [[name, upTo]] : [];
    }),
  );
}
