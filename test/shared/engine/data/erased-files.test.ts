import { describe, expect, it } from "vitest";
import { rewriteWithout } from "../../../../workers/trainer/reading/rewrite-file.ts";
import { bytesOf, chunks, effects, entriesOf, fixtureRandom, gzip, ingest } from "./files.ts";

async function rewritten(name: string, file: Uint8Array, wanted: readonly string[], id: string) {
  const [column = ""] = wanted;
  const source = { name, bytes: chunks(file) };
  const rewriting = await rewriteWithout(source, { ...effects, wanted, column }, id);
  const decoder = new TextDecoder();
  let out = "";
  for await (const chunk of rewriting.chunks) out += decoder.decode(chunk, { stream: true });
  return { name: rewriting.name, format: rewriting.format, out };
}

describe("a file from which a user was erased", () => {
  const random = fixtureRandom(7);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

  function oddFile(): { text: string; name: string; columns: { user: string; item: string } } {
    const separator = pick([",", ";", "\t", "|", "::"]);
    const end = pick(["\n", "\r\n", "\r\r\n"]);
    const around = (id: string) =>
      pick([id, id, `${id} `, `\u00a0${id}`, `\ufeff${id}`, `"${id}"`, ` "${id}" `]);
    const title = () =>
      pick([
        "Lamp",
        'TV 24" wide',
        '"TV 24" wide"',
        '"The \\"Best\\" mug"',
        '"a ""b"" c"',
        '"two\nlines"',
        '"24""',
        "",
        '"open',
      ]);
    const hasHeader = random() < 0.5;
    const isNamed = hasHeader && random() < 0.5;
    const rows = Array.from({ length: 5 + Math.floor(random() * 20) }, () =>
      [around(pick(["ann", "bob", "cid 7", "u1"])), around(pick(["i1", "i2", "i3", "NA"])), title()].join(
        separator,
      ),
    );
    if (random() < 0.3) rows.push(["ann", "i1", "too", "many", "cells"].join(separator), "bob");
    if (random() < 0.3) rows.splice(2, 0, "", "  ");
    const header = hasHeader ? [["user", "item", "title"].join(separator)] : [];
    return {
      text: `${random() < 0.2 ? "\ufeff" : ""}${[...header, ...rows].join(end)}${random() < 0.5 ? end : ""}`,
      name: pick(["f.csv", "f.tsv", "f.txt", "f"]),
      columns: isNamed ? { user: "user", item: "item" } : { user: "1", item: "2" },
    };
  }

  it("has no row that ingestion takes for theirs, and all others as they were", async () => {
    let checked = 0;
    for (let round = 0; round < 400; round++) {
      const { text, name, columns } = oddFile();
      const label = `${name} ${JSON.stringify(text)}`;
      const file = random() < 0.3 ? gzip(bytesOf(text)) : bytesOf(text);
      const whole = await ingest(file, { name, columns }).catch(() => null);
      if (whole === null || whole.dataset.users.indexOf("ann") < 0 || whole.report.users < 2) continue;
      const wanted = [columns.user, columns.item];
      const erased = await rewritten(name, file, wanted, "ann");
      const { header, delimiter } = erased.format;
      const left = await ingest(erased.out, {
        name: erased.name,
        columns: { ...columns, header: header ?? undefined },
        separator: delimiter ?? undefined,
      });
      const others = entriesOf(whole.dataset).filter((entry) => !entry.startsWith("ann "));
      expect([label, entriesOf(left.dataset).sort()]).toEqual([label, others.sort()]);
      for (const line of erased.out.split("\n").filter((one) => one.trim() !== "")) {
        expect(text.replaceAll("\r", "")).toContain(line.replaceAll("\r", ""));
      }
      checked++;
    }
    expect(checked).toBeGreaterThan(200);
  });
});

describe("a row of no usable id", () => {
  const lines = (text: string) => text.split("\n").filter((line) => line !== "");
  it.each([
    ["a list", '{"u":["P"],"i":"a"}'],
    ["an object", '{"u":{"id":"P"},"i":"a"}'],
    ["another column", '{"i":"a","by":"P"}'],
    ["coded characters", '{"u":["\\u0050"],"i":"a"}'],
    ["a number", '{"u":[7],"i":"a"}'],
  ])("is removed if it holds the user in %s", async (_where, line) => {
    const file = `{"u":"Q","i":"b"}\n${line}\n{"u":["R"],"i":"c"}\n`;
    const { out } = await rewritten("f.ndjson", bytesOf(file), ["u", "i"], line.includes("7") ? "7" : "P");
    expect(lines(out)).toEqual(['{"u":"Q","i":"b"}', '{"u":["R"],"i":"c"}']);
  });

  it("goes from delimited text and from JSON documents, too", async () => {
    const csv = await rewritten("f.csv", bytesOf("u,i,by\nQ,a,\n,b,P\n,c,R\nP,d,\n"), ["u", "i"], "P");
    expect(lines(csv.out)).toEqual(["u,i,by", "Q,a,", ",c,R"]);
    const list = '[{"u":["P"],"i":"a"},{"u":"Q","i":"b"}]';
    const json = await rewritten("f.json", bytesOf(list), ["u", "i"], "P");
    expect(lines(json.out)).toEqual(['{"u":"Q","i":"b"}']);
  });
});

it("removes a repeated key that holds the user, and keeps the text of other rows", async () => {
  const kept = '{"u": "Q", "i": "b", "friend": "P", "at": 1.0}';
  const file = `{"u":"\\u0050","u":"Q","i":"a","n":{"x":"P","x":1}}\n${kept}\n`;
  const { out } = await rewritten("f.ndjson", bytesOf(file), ["u", "i"], "P");
  expect(out).toBe(`{"u":"Q","i":"a","n":{"x":1}}\n${kept}\n`);
});

describe("a row of the user that was taken for a header", () => {
  it.each([",", "\t", ";", "::"])(
    "leaves names of columns in its place, separated by %j",
    async (separator) => {
      const row = (...cells: string[]) => cells.join(separator);
      const file = [row("P", "i9", "secret"), row("Q", "i1", "x"), row("R", "i2", "y"), ""].join("\n");
      const source = { name: "f.csv", bytes: chunks(bytesOf(file)) };
      const options = { ...effects, wanted: ["1", "2"], column: "1", header: true, separator };
      const rewriting = await rewriteWithout(source, options, "P");
      let out = "";
      for await (const chunk of rewriting.chunks) out += new TextDecoder().decode(chunk);
      expect(out).toBe(
        [row("column_1", "column_2", "column_3"), row("Q", "i1", "x"), row("R", "i2", "y"), ""].join("\n"),
      );
      expect([rewriting.removed(), rewriting.kept()]).toEqual([1, 2]);
      const columns = { user: "1", item: "2", header: true };
      const left = await ingest(out, { name: rewriting.name, columns, separator });
      expect(entriesOf(left.dataset).sort()).toEqual(["Q i1 1 -", "R i2 1 -"]);
    },
  );

  it("is no header that names the column of the ids: a user may have that name", async () => {
    const { out } = await rewritten("f.csv", bytesOf("u,i\nu,a\nQ,b\n"), ["u", "i"], "u");
    expect(out).toBe("u,i\nQ,b\n");
  });
});
