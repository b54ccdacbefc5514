import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ColumnGuess } from "../../../../shared/engine/features/guess-columns.ts";

function guess(values: readonly unknown[]) {
  const guesser = new ColumnGuess();
  for (const value of values) guesser.add({ column: value });
  const [column] = guesser.finish();
  return column && (column.separator ? `${column.type} by "${column.separator}"` : column.type);
}

const many = (values: readonly unknown[], times = 10) => Array.from({ length: times }, () => values).flat();
const distinct = (text: (at: number) => string) => Array.from({ length: 40 }, (_, at) => text(at));

const range = (length: number) => Array.from({ length }, (_, at) => at);
const base64 = (numbers: readonly number[]) =>
  Buffer.from(Float32Array.from(numbers).buffer).toString("base64");
const base64Hash = (at: number) => createHash("sha256").update(String(at)).digest("base64");

it("looks at as many names as it may", () => {
  const guess = new ColumnGuess(2);
  guess.add({ a: 1, b: null });
  guess.add({ c: 3, b: "2020-01-31", a: 5 });
  expect(guess.finish().map(({ name }) => name)).toEqual(["a", "b"]);
});

describe("the type of a column", () => {
  it.each([
    ["numbers", [1, 2.5, "3", "-4.25"], "number"],
    ["codes, which only look like numbers", ["5E5", "7E2", "1E9"], "ignored"],
    ["versions", ["1.10", "1.2", "1.3"], "ignored"],
    ["numbers with leading zeros", ["007", "12", "100"], "ignored"],
    ["numbers but for one of many", [...distinct(String), "5E5"], "ignored"],
    ["codes that recur", many(["5E5", "007"]), "category"],
    ["dates", ["1995-01-01", "2001-12-31"], "date"],
    ["dates with names of months", ["01-Jan-1995", "14-Feb-1997", ""], "date"],
    ["dates but for one", many(["1995-01-01", "unknown"]), "category"],
    ["0 and 1", [0, 1, 1, "0"], "flag"],
    ["true and false", ["True", "False", true], "flag"],
    ["lists", [["a"], ["b", "c"], []], "tags"],
    ["lists as text of JSON", ['["a","b"]', "[]"], "tags"],
    ["lists beside texts", [["a"], "b"], "ignored"],
    ["lists beside a broken one", ['["a"]', '["a","b"', '["b"]'], "tags"],
    ["lists as Python prints them", ["['Action', \"Bob's\"]", "['Indie']", "[]"], "tags"],
    ["objects", [{ a: 1 }], "ignored"],
    ["tags", many(["Comedy|Drama", "Drama", "Action|Comedy"]), 'tags by "|"'],
    ["tags by commas", many(["rock, pop", "pop, jazz", "jazz"]), 'tags by ","'],
    ["tags with abbreviations", many(["Dr. No, Mr. Bean", "Mr. Bean, St. Elmo", "Dr. No"]), 'tags by ","'],
    [
      "sentences whose words recur",
      distinct((at) => `Story of ${at} (1958). Drama, Romance, War. island`),
      "title",
    ],
    ["Japanese sentences", distinct((at) => `映画${at}。戦争, 恋愛, 島`), "title"],
    [
      "long clauses that recur in part",
      distinct((at) => `number ${at}, a story that one tells at the fire, with a song at the end of the day`),
      "title",
    ],
    ["titles with commas", distinct((at) => `Story ${at}, The`), "title"],
    ["paths", many(["Books > Crime", "Books > Poems", "Music"]), 'category by " > "'],
    ["values that recur", many(["red", "blue"]), "category"],
    ["names", distinct((at) => `Person ${String.fromCharCode(65 + (at % 26))}${at} Smith`), "title"],
    ["addresses", distinct((at) => `https://x.example/${at}`), "ignored"],
    ["prose", distinct((at) => `${at} `.padEnd(200, "word ")), "text"],
    ["addresses of pictures", distinct((at) => `https://x.example/${at}.JPG?w=300`), "image"],
    ["pictures in the file", ["data:image/png;base64,AAAA", "data:image/gif;base64,BBBB"], "image"],
    ["addresses, some of pictures", ["https://x.example/1.png", "https://x.example/2"], "ignored"],
    ["places as text", ["35.68,139.76", "-33.9, 18.4", ""], "geo"],
    [
      "places as objects",
      [
        { lat: 35.68, lon: 139.76 },
        { latitude: "-33.9", lng: 18.4 },
      ],
      "geo",
    ],
    ["places of GeoJSON", [{ type: "Point", coordinates: [139.76, 35.68] }], "geo"],
    ["objects, some of them places", [{ lat: 1, lon: 2 }, { a: 1 }], "ignored"],
    ["places that are none on Earth", [{ lat: 95, lon: 2 }], "ignored"],
    ["pairs of whole numbers", many(["1,2", "2,3", "1,3"]), 'tags by ","'],
    ["lists of numbers of one length", [range(8), range(8).map((at) => at / 7)], "vector"],
    ["such lists as text", [JSON.stringify(range(9)), JSON.stringify(range(9))], "vector"],
    ["vectors and one of another length", [range(8), range(8), range(9)], "vector"],
    ["vectors and other texts", [range(8), range(8), range(8), "no vector", "[1, 2"], "vector"],
    ["lists of zeros", [range(8).map(() => 0), range(8).map(() => 0)], "tags"],
    ["lists of numbers of two lengths", [range(8), range(9)], "tags"],
    ["short lists of numbers", [range(3), range(3)], "tags"],
    ["float32 numbers in base64", distinct((at) => base64(range(16).map((d) => Math.sin(at + d)))), "vector"],
    ["hashes in base64", distinct((at) => base64Hash(at)), "ignored"],
    ["nothing", ["", null, undefined], "ignored"],
  ])("is guessed from %s", (_, values, expected) => {
    expect(guess(values)).toBe(expected);
    expect(guess(values.toReversed())).toBe(expected);
  });
});

function guessTable(rows: readonly Record<string, unknown>[]) {
  const guesser = new ColumnGuess();
  for (const row of rows) guesser.add(row);
  return guesser.describe();
}

describe("the guess of a table", () => {
  it("takes different whole numbers and codes for ids if the column is named so", () => {
    const rows = range(20).map((at) => ({
      ...{ imdbId: 1000 + at, tmdb_id: String(at), isbn13: `97${at}X`, year: 1950 + at },
      ...{ valid: at, shop_id: at % 5, paid: 10 * at + 0.5 },
    }));
    expect(guessTable(rows).map(({ name, type }) => `${name} ${type}`)).toEqual([
      "imdbId id",
      "tmdb_id id",
      "isbn13 id",
      "year number",
      "valid number",
      "shop_id number",
      "paid number",
    ]);
  });

  it("takes an address for a picture if the column is named so", () => {
    const url = "https://x.example/1";
    const types = guessTable([{ poster_url: url, page: url }]).map(({ type }) => type);
    expect(types).toEqual(["image", "ignored"]);
  });

  it("makes latitude and longitude one place, if the numbers can be degrees", () => {
    const places = guessTable([
      { shop_lat: "35.68", shop_lng: 139.76, lat: 91, lon: 5, flat: 1, LATITUDE: 5.5, Longitude: -180 },
      { shop_lat: "", shop_lng: null, lat: 5, lon: 6, flat: 2, LATITUDE: 6.5, Longitude: 180 },
    ]);
    expect(places.map(({ name, type, longitude }) => [name, type, longitude])).toEqual([
      ["shop_lat", "geo", "shop_lng"],
      ["shop_lng", "ignored", undefined],
      ["lat", "number", undefined],
      ["lon", "number", undefined],
      ["flat", "number", undefined],
      ["LATITUDE", "geo", "Longitude"],
      ["Longitude", "ignored", undefined],
    ]);
  });

  it("shows how many rows have a value, how many values differ, and the first of them", () => {
    const long = "x".repeat(300);
    const [a, b] = guessTable([
      { a: "red", b: [1, 2] },
      { a: "", b: long },
      { a: "red", b: null },
      { a: "blue", b: `${long.slice(1)}y` },
    ]);
    expect(a).toMatchObject({ filled: 0.75, distinct: 2, samples: ["red", "blue"] });
    expect(b).toMatchObject({ filled: 0.75, distinct: 3 });
    expect(b?.samples.map((text) => text.length)).toEqual([5, 100, 100]);
  });

  it("counts parts of long texts as it counts those of short ones", () => {
    // Two long tags, alone and together: parts recur exactly as with short names.
    const [x, y] = ["x".repeat(80), "y".repeat(80)];
    const texts = many([`${x}|${y}`, x, y]);
    expect(guess(texts)).toBe('tags by "|"');
    expect(guess(distinct((at) => `${"z".repeat(70)}${at}|${"w".repeat(70)}${at}`))).toBe("text");
  });
});
