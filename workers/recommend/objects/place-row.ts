/** One row with an event object's place in its project, its plan, and where its segments end. */
import { firstLayout, type ObjectLayout } from "#jobs/event-shard/event-layout.ts";
import { EVENT_SHARDS } from "#jobs/event-shard/shard-address.ts";
import type { KnownSegment, RestoredSegment } from "#jobs/event-shard/shard-object.ts";
import type { SealPlan } from "#jobs/event-shard/shard-state.ts";

export interface ShardPlace {
  readonly projectId: number;
  readonly object: number;
  readonly layout: ObjectLayout;
  /** The last number of the object that is in a segment. */
  readonly sealedAll: number;
  readonly sealedTo: readonly number[];
  /** How many events up to `sealedAll` are impressions, which nobody learns from. Those of older segments are not known. */
  readonly sealedSilent: number;
  /** The newest ones, in the order of their writing. */
  readonly segments: readonly KnownSegment[];
  readonly sealing: SealPlan | null;
}

/** What the column `layout` has as JSON. */
type LayoutColumn = Pick<ShardPlace, "layout" | "sealedTo" | "segments"> &
  // Rows have been written without it.
  Partial<Pick<ShardPlace, "sealedSilent">>;

// Objects of projects that began with 16 have been written without a layout: `shard` is the only one that the object has.
const TABLE = `CREATE TABLE IF NOT EXISTS shard (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL, shard INTEGER NOT NULL,
    sealed_to INTEGER NOT NULL, sealing TEXT, layout TEXT)`;

export function createPlaceTable(sql: SqlStorage): void {
  sql.exec(TABLE);
}

export function loadPlace(sql: SqlStorage): ShardPlace | null {
  const [table] = sql.exec<{ sql: string }>("SELECT sql FROM sqlite_master WHERE name = 'shard'").toArray();
  if (!table) return null;
  const isOld = !table.sql.includes("layout");
  if (isOld) sql.exec("ALTER TABLE shard ADD COLUMN layout TEXT");
  const [row] = sql
    .exec<{
      project_id: number;
      shard: number;
      sealed_to: number;
      sealing: string | null;
      layout: string | null;
    }>("SELECT * FROM shard")
    .toArray();
  if (!row) return null;
  const { project_id: projectId, shard: object, sealed_to: sealedAll } = row;
  const sealing = row.sealing === null ? null : (JSON.parse(row.sealing) as SealPlan);
  if (row.layout !== null) {
    const { sealedSilent = 0, ...column } = JSON.parse(row.layout) as LayoutColumn;
    return { projectId, object, sealedAll, sealing, sealedSilent, ...column };
  }
  const sealedTo = Array.from({ length: EVENT_SHARDS }, (_, shard) => (shard === object ? sealedAll : 0));
  const segments = sql
    .exec<{ first: number; last: number; bytes: number }>(
      "SELECT first, last, bytes FROM segment ORDER BY first",
    )
    .toArray()
    .map((segment) => ({ shard: object, ...segment }));
  return {
    ...{ projectId, object, sealedAll, sealedTo, sealedSilent: 0, segments },
    layout: firstLayout(object, EVENT_SHARDS),
    // Its numbers in the object are those in the shard.
    sealing: sealing && { ...sealing, parts: [{ shard: object, first: sealing.first, last: sealing.last }] },
  };
}

export function savePlace(sql: SqlStorage, place: ShardPlace): void {
  const { projectId, object, sealedAll, layout, sealedTo, sealedSilent, segments, sealing } = place;
  const column: LayoutColumn = { layout, sealedTo, sealedSilent, segments };
  sql.exec(
    "INSERT OR REPLACE INTO shard (id, project_id, shard, sealed_to, sealing, layout) VALUES (1, ?, ?, ?, ?, ?)",
    ...[projectId, object, sealedAll, sealing && JSON.stringify(sealing), JSON.stringify(column)],
  );
}

/** Segments of each shard whose names are kept, for the recent items after a wake. */
const KNOWN_OF_SHARD = 4;
const KNOWN_SEGMENTS = KNOWN_OF_SHARD * EVENT_SHARDS;

/** The place once the segments of its plan are written. @param lines By shard. */
export function withSealed(place: ShardPlace, lines: readonly string[]): ShardPlace {
  const written = (place.sealing?.parts ?? []).map((part) => ({
    ...part,
    bytes: lines[part.shard]?.length ?? 0,
  }));
  return { ...place, segments: [...place.segments, ...written].slice(-KNOWN_SEGMENTS) };
}

/** The place with segments of a shard that another project has written; null if the shard has events. */
export function withRestored(
  place: ShardPlace,
  { shard, segments }: { readonly shard: number; readonly segments: readonly RestoredSegment[] },
): ShardPlace | null {
  const last = segments.at(-1)?.last;
  if (last === undefined || (place.sealedTo[shard] ?? 0) > 0) return null;
  const restored = segments.map((segment) => ({ shard, ...segment }));
  return {
    ...place,
    // They count as events of the object.
    sealedAll: place.sealedAll + last,
    sealedTo: place.sealedTo.map((known, at) => (at === shard ? last : known)),
    segments: [...place.segments, ...restored.slice(-KNOWN_OF_SHARD)],
  };
}
