import { describe, expect, it } from "vitest";
import { describedByKey, describedPage, eventsPage, listValues } from "#services/sources/statements.ts";
import type { TableColumn, TableColumns } from "#services/sources/table-columns.ts";

const TABLE = {
  table: "post_view",
  key_column: "id",
  cursor_column: "at",
  user_column: "u",
  item_column: "i",
};
const FIRST = { known: null, after: null, limit: 5 };

function columns(
  kinds: Readonly<Record<string, readonly [type: string, kind: TableColumn["kind"]]>>,
): TableColumns {
  return new Map(
    Object.entries(kinds).map(([name, [type, kind]]) => [name, { name, type, kind, isUnique: true }]),
  );
}

const TIMED = columns({ id: ["uuid", "text"], at: ["timestamp with time zone", "time"] });

describe("a page of events", () => {
  it("begins with all rows that have a cursor", () => {
    const { text, values } = eventsPage({ ...TABLE, event_type: "view" }, TIMED, FIRST);
    expect(text).toContain('where "at" is not null and "at" <= now()');
    expect(text).toContain(' order by "at", "id" limit 5');
    expect(text).toContain("false as again");
    expect(values).toEqual([]);
  });

  it("looks again at the latest rows, and says which were read before", () => {
    const known = { cursor: "2026-01-01 00:00:00+00", key: "k" };
    const { text, values } = eventsPage({ ...TABLE, event_type: "view" }, TIMED, { ...FIRST, known });
    expect(text).toContain(`"at" >= $1::text::timestamp with time zone - interval '30 seconds'`);
    expect(text).toContain(
      'not (("at", "id") > ($1::text::timestamp with time zone, $2::text::uuid)) as again',
    );
    expect(values).toEqual([known.cursor, known.key]);
  });

  it("goes on after the last row of the page before it", () => {
    const [known, after] = [
      { cursor: "1", key: "a" },
      { cursor: "2", key: "b" },
    ];
    const numbered = columns({ id: ["text", "text"], at: ["bigint", "number"] });
    const { text, values } = eventsPage({ ...TABLE, event_type: "view" }, numbered, {
      known,
      after,
      limit: 5,
    });
    expect(text).toContain('where ("at", "id") > ($3::text::bigint, $4::text::text)');
    expect(text).toContain(` and "at"::float8 < 'infinity' order by`);
    expect(text).toContain("null as time");
    expect(values).toEqual(["1", "a", "2", "b"]);
  });

  it("reads no name as SQL", () => {
    const bad = 'x"; drop table post; --';
    const names = {
      table: `a.${bad}`,
      key_column: bad,
      cursor_column: bad,
      user_column: bad,
      item_column: bad,
    };
    const { text } = eventsPage({ ...names, value_column: bad, event_type_column: bad }, new Map(), FIRST);
    const outside = text.replaceAll(/"(?:[^"]|"")*"/g, "NAME");
    expect(outside).not.toContain("drop");
    expect(outside).toContain("from NAME.NAME where");
  });
});

describe("properties", () => {
  it("are read as JSON has them", () => {
    const table = {
      ...{ table: "post", key_column: "id", cursor_column: "at", lists: [] },
      properties: [
        { column: "views" },
        { column: "meta", path: ["it's", "tags"] },
        { column: "at" },
        { column: "words" },
        { column: "title" },
      ],
    };
    const found = columns({
      ...{ views: ["integer", "number"], meta: ["jsonb", "json"], words: ["text[]", "list"] },
      at: ["timestamp without time zone", "time"],
    });
    const { text } = describedPage(table, found, FIRST);
    expect(text).toContain('"views"::float8 as p0');
    expect(text).toContain(`"meta"::jsonb #> array['it''s', 'tags']::text[] as p1`);
    expect(text).toContain(`to_char("at"::timestamptz at time zone 'UTC'`);
    expect(text).toContain('to_jsonb("words") as p3, "title"::text as p4');
    const byKey = describedByKey(table, found, ["a", 'b"']);
    expect(byKey.values).toEqual(['["a","b\\""]']);
  });

  it("of other tables are those of the named rows that hold", () => {
    const list = { name: "c", table: "follow", owner_column: "u", value_column: "c", where_column: "on" };
    const { text, values } = listValues({ ...list, key_column: "id", cursor_column: "at" }, ["ann"]);
    expect(text).toContain('"on" is true');
    expect(text).toContain('"c" is not null');
    expect(values).toEqual(['["ann"]']);
  });
});
