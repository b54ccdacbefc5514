import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { columnsResponse, schemaVersionsResponse } from "#contract/column-schema.ts";
import type { MetadataReport } from "#contract/ingestion.ts";
import { projectResponse } from "#contract/project.ts";
import { itemMetaData, userMetaData } from "#db/schema.ts";
import { METADATA_KIND } from "#engine/artifact/kinds.ts";
import { ByteLog } from "#engine/data/byte-log.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { metadataOf, metadataSections } from "#engine/data/item-metadata.ts";
import { createProjectItems } from "#jobs/item-shelf/project-items.ts";
import { shelfOf } from "#jobs/item-shelf/shelf-object.ts";
import { fileSourcesOf, jobFeatures, tablesPresent } from "#services/files/feature-sources.ts";
import { columnsForTraining, noteNewestFile } from "#services/tables/column-schemas.ts";
import { writtenColumns } from "#services/tables/written-columns.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { metadataKey, studyWrittenKey, userMetadataKey } from "#storage/keys.ts";
import { withColumns } from "#trainer/reading/describe-columns.ts";
import { createProject, join, type Person, readAs, type TestApi, testApi } from "../../../runtime/api.ts";

type Row = Readonly<Record<string, unknown>>;
const api = testApi();

/** A file as ingestion leaves it: its artifact, its report, and the version of the columns. */
async function read(projectId: number, rows: readonly Row[], side: "item" | "user" = "item") {
  const { db, clock, artifactKeys } = api.deps;
  const [ids, log] = [new IdMapBuilder(), new ByteLog()];
  for (const [at, row] of rows.entries()) {
    ids.intern(`i${at}`);
    log.push(JSON.stringify(row));
  }
  const columns = Object.keys(rows[0] ?? {});
  const lines = Uint32Array.from(rows, (_, at) => at + 2);
  const sections = metadataSections({
    ...{ itemIds: ids.finish(), columns, numericColumns: [], records: log.finish(), lines },
  });
  const format = { name: "csv", gzip: false, delimiter: ",", header: true } as const;
  const report: MetadataReport = await withColumns(
    {
      ...{ rows: rows.length, items: rows.length, duplicates: 0, rejected_rows: 0, rejected: [] },
      id_column: "id",
      columns: columns.map((name) => ({ name, kind: "text" as const })),
      format: { ...format, delimiter_reason: null, header_reason: null },
      coverage: null,
      warnings: [],
    },
    metadataOf(sections),
    [],
    { breathe: async () => undefined },
  );
  const table = side === "item" ? itemMetaData : userMetaData;
  const dated = { createdAt: clock(), updatedAt: clock() };
  const file = { basename: "t.csv", filesize: 1, status: "READY", report } as const;
  const values = { projectId, ...file, validColumns: columns, ...dated };
  const [row] = await db.insert(table).values(values).returning({ id: table.id });
  if (!row) throw new Error("The row of the file is missing.");
  const artifactKey = side === "item" ? metadataKey(projectId, row.id) : userMetadataKey(projectId, row.id);
  await createArtifactStore(env.STORE, artifactKeys).put(artifactKey, {
    ...{ kind: METADATA_KIND, meta: { project_id: projectId, metadata_id: row.id }, sections },
  });
  await db.update(table).set({ artifactKey }).where(eq(table.id, row.id));
  await noteNewestFile(api.deps, projectId, side);
}

const FILMS: readonly Row[] = [
  { title: "Night Train", genres: "Drama|Crime", price: "5", code: "007" },
  { title: "The Blue Door", genres: "Drama", price: "dear", code: "5E5" },
  { title: "Alone Again", genres: "Crime|Drama", price: "7", code: "1.10" },
];

async function begin(effects: Partial<TestApi["deps"]> = {}) {
  const own = testApi(effects);
  await join(own);
  const ann = await join(own);
  const { id } = await createProject(ann, { user_column: "user", item_column: "id" });
  const path = `/project/${id}/item_columns/`;
  const put = (body: object) => ann.call("PUT", path, body);
  const shown = async () => readAs(columnsResponse, await ann.call("GET", path), 200);
  const types = async () => (await shown()).columns.map(({ name, type }) => `${name} ${type}`);
  return { ann, id, path, put, shown, types };
}

const versionsOf = async (ann: Person, path: string) =>
  (await readAs(schemaVersionsResponse, await ann.call("GET", `${path}versions/`), 200)).versions;
const refusal = async (answer: Promise<Response>) => {
  const response = await answer;
  return [response.status, await response.json()];
};

describe("vectors of items", () => {
  it("are in a table with a column of them, or with texts where the deployment embeds texts", async () => {
    const { id } = await begin();
    const present = async () =>
      Promise.all([false, true].map((embedsTexts) => tablesPresent({ ...api.deps, embedsTexts }, id)));
    const none = { items: false, users: false, vectors: false };
    expect(await present()).toEqual([none, none]);
    await read(id, FILMS);
    const some = { ...none, items: true };
    expect(await present()).toEqual([some, { ...some, vectors: true }]);
    await read(
      id,
      FILMS.map((_, at) => ({ words: JSON.stringify(Array.from({ length: 8 }, (_n, k) => at + k + 0.5)) })),
    );
    expect(await present()).toEqual([
      { ...some, vectors: true },
      { ...some, vectors: true },
    ]);
  });
});

describe("the columns of a table", () => {
  it("are guessed from the newest file, with samples and counts", async () => {
    const { id, shown, types } = await begin();
    expect(await shown()).toMatchObject({ version: 0, metadata: null, id_column: "id", columns: [] });
    await read(id, FILMS);
    expect(await types()).toEqual(["title title", "genres tags", "price ignored", "code ignored"]);
    const { version, columns } = await shown();
    expect(version).toBe(1);
    expect(columns[3]).toMatchObject({
      samples: ["007", "5E5", "1.10"],
      filled: 1,
      distinct: 3,
      is_corrected: false,
    });
  });

  it("are corrected, and keep corrections after a file with other columns", async () => {
    const { ann, id, path, put, shown, types } = await begin();
    await read(id, FILMS);
    const columns = [{ name: "code", type: "category" }];
    expect((await put({ columns })).status).toBe(200);
    await read(
      id,
      FILMS.map(({ price: _, title: __, ...row }, at) => ({ ...row, year: 1990 + at })),
    );
    expect((await types()).slice(0, 3)).toEqual(["genres tags", "code category", "year number"]);
    const { version, columns: all } = await shown();
    expect(version).toBe(3);
    expect(all.filter((column) => column.is_missing).map(({ name }) => name)).toEqual(["title", "price"]);
    expect((await versionsOf(ann, path)).map((one) => [one.version, one.origin, one.columns.length])).toEqual(
      [
        [3, "file", 5],
        [2, "correction", 4],
        [1, "file", 4],
      ],
    );
    expect(await columnsForTraining(api.deps.db, id, "item")).toEqual([
      { name: "genres", type: "tags", separator: "|" },
      { name: "code", type: "category" },
      { name: "year", type: "number" },
    ]);
    await put({ columns: [{ name: "code", type: null }] });
    expect((await types())[1]).toBe("code ignored");
  });

  it("of users are apart from those of items", async () => {
    const { ann, id, types } = await begin();
    await read(id, [{ age: "30" }, { age: "40" }], "user");
    const users = await readAs(columnsResponse, await ann.call("GET", `/project/${id}/user_columns/`), 200);
    expect(users).toMatchObject({
      side: "user",
      id_column: "user",
      columns: [{ name: "age", type: "number" }],
    });
    expect(await types()).toEqual([]);
  });

  it("decide what the next job reads of the table", async () => {
    const { id, put } = await begin();
    await read(id, FILMS);
    const columnsOfJob = async () => (await fileSourcesOf(api.deps, id)).items?.columns;
    expect(await columnsOfJob()).toBeNull();
    await put({ columns: [{ name: "code", type: "category" }] });
    expect(await columnsOfJob()).toEqual([
      { name: "title", type: "title" },
      { name: "genres", type: "tags", separator: "|" },
      { name: "code", type: "category" },
    ]);
    await put({ other_columns: "ignored" });
    expect(await columnsOfJob()).toEqual([{ name: "code", type: "category" }]);
    await put({ columns: [{ name: "code", type: null }], other_columns: "guessed" });
    expect(await columnsOfJob()).toBeNull();
  });

  it("make no version for the same file or the same correction again", async () => {
    const { id, put, shown } = await begin();
    await read(id, FILMS);
    await read(id, FILMS);
    await put({ columns: [{ name: "title", type: "text" }] });
    await put({ columns: [{ name: "title", type: "text" }] });
    expect((await shown()).version).toBe(2);
  });
});

describe("a correction from a version", () => {
  const priced = (type: string | null) => [{ name: "code", type }];

  it("is taken while that version is the newest, and refused afterwards without a change", async () => {
    const { id, put, shown, types } = await begin();
    await read(id, FILMS);
    expect((await put({ version: 1, columns: priced("category") })).status).toBe(200);
    const [status, body] = await refusal(put({ version: 1, columns: priced("text") }));
    expect([status, (body as { version: number }).version]).toEqual([409, 2]);
    expect((body as { detail: string }).detail).toMatch(/version 2 now, not 1: somebody corrected them/);
    expect((await types())[3]).toBe("code category");
    expect((await put({ version: 2, columns: priced("text") })).status).toBe(200);
    expect((await shown()).version).toBe(3);
  });

  it("is refused after a newer file, and as a mapping", async () => {
    const { id, put, types } = await begin();
    expect((await refusal(put({ version: 1, columns: [] })))[0]).toBe(409);
    await read(id, FILMS);
    await read(
      id,
      FILMS.map(({ price: _, ...row }) => row),
    );
    const [status, body] = await refusal(put({ version: 1, columns: priced("text") }));
    expect([status, String((body as { detail: string }).detail)]).toEqual([
      409,
      expect.stringMatching(/version 2 now, not 1: a file was read/),
    ]);
    expect((await put({ version: 1, item_id: "id", item_title: "title" })).status).toBe(409);
    expect((await types())[0]).toBe("title title");
    expect((await put({ version: -1, columns: [] })).status).toBe(400);
  });

  it("wins alone of many that are made from it at the same time", async () => {
    const { id, put, shown } = await begin();
    await read(id, FILMS);
    const kinds = ["category", "text", "id", "image", "title"];
    const answers = await Promise.all(kinds.map((type) => put({ version: 1, columns: priced(type) })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect((await shown()).version).toBe(2);
  });

  it("of another account's project is a 404", async () => {
    const { id, path, shown } = await begin();
    await read(id, FILMS);
    const eve = await join(api);
    const answers = await Promise.all(
      [path, path.replace("item", "user"), `/project/${id}/interaction_columns/`].map((one) =>
        eve.call("PUT", one, { version: 1, columns: priced("text") }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect((await shown()).version).toBe(1);
  });
});

describe("columns that applications write", () => {
  const items = createProjectItems(env.ITEMS as never);
  const write = (id: number, rows: readonly Row[]) =>
    shelfOf(env.ITEMS as never, id).write(id, {
      ...{ isAtomic: false, schema: [] },
      writes: rows.map((properties, at) => ({
        ...{ kind: "replace", itemId: `w${at}`, properties, isHidden: null, createdAt: null, isKnown: false },
      })),
    });
  /** Another test file may have had a project of this number. */
  const beginEmpty = async () => {
    const begun = await begin({ items });
    await items.forget(begun.id, false);
    return begun;
  };
  const MOODS: readonly Row[] = [
    { mood: "dark", price: 5, genres: "Drama" },
    { mood: "light", price: "6" },
    { mood: "dark", genres: null },
    { mood: "light" },
  ];

  it("are shown with samples where no file has them, and are read by the next job", async () => {
    const { id, shown, types, put } = await beginEmpty();
    await write(id, MOODS);
    expect(await types()).toEqual(["mood category", "price number", "genres title"]);
    const { columns, version, metadata } = await shown();
    expect([version, metadata]).toEqual([0, null]);
    expect(columns[0]).toMatchObject({
      ...{ samples: ["dark", "light"], filled: 1, distinct: 2, is_written: true, is_missing: false },
    });
    await read(id, FILMS);
    expect(await types()).toEqual([
      "title title",
      "genres tags",
      "price ignored",
      "code ignored",
      "mood category",
    ]);
    expect((await shown()).columns.map(({ is_written }) => is_written)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    expect((await put({ columns: [{ name: "mood", type: "text" }] })).status).toBe(200);
    expect((await types()).at(-1)).toBe("mood text");
    await read(id, FILMS);
    expect((await types()).at(-1)).toBe("mood text");
    const deps = { ...api.deps, items };
    const keys = { features: "f", written: (side: "item" | "user") => studyWrittenKey(id, 1, side) };
    expect((await jobFeatures(deps, id, keys)).features?.items?.written?.schema).toEqual({
      columns: [{ name: "mood", guess: null, choice: { type: "text" }, is_missing: true }],
      otherColumns: "guessed",
    });
  });

  it("are shown from as many rows as were asked for", async () => {
    const { id } = await beginEmpty();
    await write(id, MOODS);
    const found = await writtenColumns({ ...api.deps, items }, id, "item", 2);
    expect(found.map(({ name, distinct }) => [name, distinct])).toEqual([
      ["mood", 2],
      ["price", 2],
      ["genres", 1],
    ]);
  });

  it("keep a type that their values do not fit from being chosen", async () => {
    const { id, put, shown } = await beginEmpty();
    await write(id, MOODS);
    const [status, problems] = await refusal(put({ columns: [{ name: "mood", type: "number" }] }));
    expect([status, String((problems as { columns: unknown }).columns)]).toEqual([
      400,
      expect.stringMatching(/"mood".*the item "w0" has "dark"/),
    ]);
    expect((await put({ columns: [{ name: "price", type: "number" }] })).status).toBe(200);
    expect((await shown()).columns[1]).toMatchObject({ name: "price", is_corrected: true, is_written: true });
  });

  it("are not those of another project, nor of a deleted item", async () => {
    const [{ id, types }, other] = [await beginEmpty(), await beginEmpty()];
    await write(id, MOODS);
    expect(await other.types()).toEqual([]);
    const writes = MOODS.map((_, at) => ({ kind: "delete", itemId: `w${at}`, isKnown: true }) as const);
    await shelfOf(env.ITEMS as never, id).write(id, { isAtomic: false, schema: [], writes });
    expect(await types()).toEqual([]);
  });
});

describe("a wrong correction", () => {
  it.each([
    [{ columns: [{ name: "price", type: "number" }] }, "columns", /"price".*line 3 \("i1"\) has "dear"/],
    [{ columns: [{ name: "prise", type: "number" }] }, "columns", /no column "prise".*title, genres/],
    [{ columns: [{ name: "id", type: "number" }] }, "columns", /"id" holds the ids/],
    [{ columns: [{ name: "code", type: "colour" }] }, "columns", /"code": "colour" is no type/],
    [{ columns: [{ name: "code" }] }, "columns", /The type is missing/],
    [{ columns: [{ name: "code", type: "number", separator: ";" }] }, "columns", /number has no separator/],
    [{ columns: [{ name: "code", type: "geo", longitude: "x" }] }, "columns", /no column "x"/],
    [{ columns: [7] }, "columns", /Entry 1/],
    [{ columns: "code" }, "columns", /Must be a list/],
    [{ column: [] }, "column", /no such field/],
    [{ item_id: "id", columns: [] }, "columns", /not both/],
    [{ item_id: "nr", item_title: "title" }, "item_id", /no column "nr"/],
    [{ item_id: "id", feature_cols: ["genre"] }, "feature_cols", /no column "genre"/],
    [{ item_title: "title" }, "item_id", /names the column of the ids/],
  ])("%j names what is wrong and changes nothing", async (body, field, message) => {
    const { id, put, shown } = await begin();
    await read(id, FILMS);
    const [status, problems] = await refusal(put(body));
    expect(status).toBe(400);
    expect(String((problems as Record<string, unknown>)[field])).toMatch(message);
    expect((await shown()).version).toBe(1);
  });
});

describe("AiREC's mapping", () => {
  const MAPPING = { item_id: "movie", item_title: "title", feature_cols: ["genres", "code"] };

  it("of items may come before the file, and names its ids", async () => {
    const { id, put, shown, types } = await begin();
    expect((await put(MAPPING)).status).toBe(200);
    await read(id, FILMS);
    expect(await types()).toEqual(["title title", "genres tags", "price ignored", "code text"]);
    const { id_column, warnings } = await shown();
    expect(id_column).toBe("movie");
    expect(warnings.join()).toContain('read from the column "id", not from "movie"');
  });

  it("of interactions sets the project's columns", async () => {
    const { ann, id } = await begin();
    const body = { user_id: "userId", item_id: "movieId", rating: "stars" };
    const path = `/project/${id}/interaction_columns/`;
    const set = await readAs(projectResponse, await ann.call("PUT", path, body), 200);
    expect(set).toMatchObject({ user_column: "userId", item_column: "movieId", weight_column: "stars" });
    const [status, problems] = await refusal(ann.call("PUT", path, { user_id: "a", item_id: "a" }));
    expect([status, Object.keys(problems as object)]).toEqual([400, ["item_column"]]);
    expect((await ann.call("PUT", path, { user_id: "a" })).status).toBe(400);
  });
});
