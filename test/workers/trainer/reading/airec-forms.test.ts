/** AiREC's mappings over every form that a file may have: a table of films and its ratings mean the same in all of them. */
import { describe, expect, it } from "vitest";
import type { Section } from "#engine/artifact/section.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { metadataOf } from "#engine/data/item-metadata.ts";
import { ItemLookup } from "#engine/serve/item-lookup.ts";
import { columnOf, featureColumns, mappingsOf } from "#services/airec/mapping.ts";
import { fileReadingOf } from "#services/files/file-readings.ts";
import { storeDataset, storeMetadata } from "#trainer/reading/store-reading.ts";

type Row = Readonly<Record<string, string>>;

const FILMS: readonly Row[] = [
  { name: "Heat", plot: "a night, a robbery", genre: "Crime", film: "07" },
  { name: "Up", plot: 'a "house" flies', genre: "Family", film: "1.10" },
  { name: "Joker", plot: "one night; one clown", genre: "Crime|Drama", film: "5E5" },
  { name: "千と千尋", plot: "浴場 の 夜", genre: "Family", film: "x" },
];
const RATINGS: readonly Row[] = [
  { stars: "4.5", viewer: "u 1", film: "07" },
  { stars: "2", viewer: "u 1", film: "1.10" },
  { stars: "5", viewer: "ü", film: "5E5" },
];

function delimited(separator: string, end = "\n") {
  const cell = (text: string) => (/[",;\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return (rows: readonly Row[]) =>
    [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))]
      .map((cells) => cells.map(cell).join(separator) + end)
      .join("");
}

const columnar = (rows: readonly Row[]) =>
  JSON.stringify(
    Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, rows.map((row) => row[name])])),
  );

const FORMS: Readonly<Record<string, (rows: readonly Row[]) => string>> = {
  "commas.csv": delimited(","),
  "mark.csv": (rows) => `\uFEFF${delimited(",", "\r\n")(rows)}`,
  "semicolons.csv": delimited(";"),
  "tabs.tsv": delimited("\t"),
  "tabs-named.csv": delimited("\t"),
  "list.json": (rows) => JSON.stringify(rows),
  "columns.json": columnar,
  "lines.ndjson": (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  "lines-named.csv": (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
};

const SCHEMAS = {
  "a list of features": { item_id: "film", item_title: "name", feature_cols: ["genre", "plot"] },
  "one feature as text": { item_id: "film", item_title: "name", feature_cols: "genre" },
  "the title as a feature": { feature_cols: ["name", "plot"], item_title: "name", item_id: "film" },
};

const CASES = Object.keys(FORMS).flatMap((name) => [
  { name, isGzip: false },
  { name: `${name}.gz`, isGzip: true },
]);

const STEP_BYTES = 7;

/** A file in small pieces, so that characters, lines and the marks of gzip are cut. */
async function* bytesOf(text: string, isGzip: boolean): AsyncGenerator<Uint8Array> {
  const plain = new Blob([text]).stream();
  const stream = isGzip ? plain.pipeThrough(new CompressionStream("gzip")) : plain;
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  for (let at = 0; at < bytes.length; at += STEP_BYTES) yield bytes.subarray(at, at + STEP_BYTES);
}

function sourceOf(name: string, isGzip: boolean, rows: readonly Row[]) {
  return { name, bytes: bytesOf(FORMS[name.replace(/\.gz$/, "")]?.(rows) ?? "", isGzip) };
}

/** As `user item weight`, in the order of ids. */
function entriesOf({ users, items, userItems }: Dataset): string[] {
  const { indptr, indices, values, rowCount } = userItems;
  return Array.from({ length: rowCount }, (_, user) =>
    [...indices.subarray(indptr[user], indptr[user + 1])].map((item, at) =>
      [users.idAt(user), items.idAt(item), values[(indptr[user] ?? 0) + at]].join(" "),
    ),
  )
    .flat()
    .sort();
}

const work = { breathe: async () => undefined } as never;

/** Stores what is put; the sections are those of the last one. */
function artifacts() {
  let sections: readonly Section[] = [];
  const put = async (_key: string, content: { readonly sections: readonly Section[] }) => {
    sections = content.sections;
    return 1;
  };
  return { deps: { artifacts: { put } } as never, sections: () => sections };
}

const place = { rowId: 1, projectId: 1, artifactKey: "key" };

async function readFilms(name: string, isGzip: boolean, schema: object) {
  const file = { type: "content" as const, mappings: mappingsOf(JSON.stringify(schema)) ?? [] };
  const [item, title] = [columnOf(file, "item_id") ?? "", columnOf(file, "item_title") ?? ""];
  const lookup = { title, texts: featureColumns(file) };
  const stored = artifacts();
  const { report } = await storeMetadata(
    stored.deps,
    {
      ...{ ...place, content: sourceOf(name, isGzip, FILMS), columns: { user: "", item, time: null } },
      reading: fileReadingOf("item_meta_data", null, { id_column: item, lookup }),
    },
    "item",
    work,
  );
  const table = metadataOf(stored.sections());
  const found = ItemLookup.of(stored.sections(), table);
  const similar = FILMS.map(({ name: film }) => found?.similarTo(film ?? "", 9));
  return {
    titled: FILMS.map(({ name: film }) => found?.titled(film ?? "")),
    similar,
    records: FILMS.map(({ film }) => table.find(film ?? "")),
    types: Object.fromEntries(report.columns.map(({ name: column, guess }) => [column, guess])),
    left: report.rejected_rows,
  };
}

async function readRatings(name: string, isGzip: boolean) {
  const { deps } = artifacts();
  const { dataset, report } = await storeDataset(
    deps,
    {
      ...{ ...place, content: sourceOf(name, isGzip, RATINGS) },
      columns: { user: "viewer", item: "film", time: null, weight: "stars" },
      reading: undefined,
    },
    work,
  );
  return { entries: entriesOf(dataset), left: report.rejected_rows };
}

describe.each(Object.entries(SCHEMAS))("a table of films mapped with %s", (_, schema) => {
  it.each(CASES)("means in $name what it means in commas.csv", async ({ name, isGzip }) => {
    const [plain, read] = await Promise.all([
      readFilms("commas.csv", false, schema),
      readFilms(name, isGzip, schema),
    ]);
    expect(plain.titled).toEqual([["07"], ["1.10"], ["5E5"], ["x"]]);
    expect(read).toEqual(plain);
  });
});

describe("ratings", () => {
  it.each(CASES)("mean in $name what they say", async ({ name, isGzip }) => {
    expect(await readRatings(name, isGzip)).toEqual({
      entries: ["u 1 07 4.5", "u 1 1.10 2", "ü 5E5 5"],
      left: 0,
    });
  });
});
