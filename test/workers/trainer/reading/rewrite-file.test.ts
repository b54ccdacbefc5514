import { describe, expect, it } from "vitest";
import { type RewriteOptions, rewriteWithout } from "#trainer/reading/rewrite-file.ts";

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const effects = { gunzip: (bytes: AsyncIterable<Uint8Array>) => bytes, breathe: async () => undefined };

async function rewritten(
  name: string,
  text: string,
  { id = "u1", column = "user", ...options }: Partial<RewriteOptions> & { id?: string } = {},
) {
  const wanted = options.wanted ?? [column];
  const rewriting = await rewriteWithout(
    { name, bytes: once(text) },
    { ...effects, ...options, wanted, column },
    id,
  );
  const decoder = new TextDecoder();
  let out = "";
  for await (const chunk of rewriting.chunks) out += decoder.decode(chunk, { stream: true });
  return { ...rewriting, out, removed: rewriting.removed(), kept: rewriting.kept() };
}

describe("rewriteWithout", () => {
  it("leaves out the rows of one id, and keeps all others unchanged", async () => {
    const text = 'item,user,note\ni1,u1,"a, b"\ni2, "u2" ,"say ""x"", y"\r\n"i3",u10,\ni4,u3,"two\nlines"';
    expect(await rewritten("log.csv", text)).toMatchObject({
      name: "log.csv",
      out: 'item,user,note\ni2, "u2" ,"say ""x"", y"\r\n"i3",u10,\ni4,u3,"two\nlines"\n',
      removed: 1,
      kept: 3,
    });
  });

  it.each([
    ["log.tsv", "user\titem\nu1\ti1\nu2\ti2\n", "user", "user\titem\nu2\ti2\n", "log.tsv"],
    ["log.csv", "user;item\nu1;i1\nu2;i2\n", "user", "user;item\nu2;i2\n", "log.csv"],
    ["u.data", "u1\ti1\t3\nu2\ti2\t4\n", "1", "u2\ti2\t4\n", "u.tsv"],
    ["log.2024.01.csv", "user,item\nu1,i1\nu2,i2\n", "user", "user,item\nu2,i2\n", "log.2024.01.csv"],
    ["r.dat", "u1::i1::3\nu2::i2::4\n", "1", "u2::i2::4\n", "r.csv"],
    ["x.csv", "sep=;\nuser;item\nu1;i1\nu2;i2\n", "user", "sep=;\nuser;item\nu2;i2\n", "x.csv"],
    [
      "log.ndjson",
      '{"user":"u1","item":1}\n{ "user": "u2", "item": 2.0 }\n',
      "user",
      '{ "user": "u2", "item": 2.0 }\n',
      "log.ndjson",
    ],
    [
      "log.json.gz",
      '[{"user":"u1","item":1},{"user":"u2","item":2}]',
      "user",
      '{"user":"u2","item":2}\n',
      "log.ndjson",
    ],
  ])("writes %s in its own format", async (name, text, column, out, newName) => {
    expect(await rewritten(name, text, { column })).toMatchObject({
      name: newName,
      out,
      removed: 1,
      kept: 1,
    });
  });

  it("leaves out unreadable rows only where they mention the user", async () => {
    const text = 'user,item\nu1,i1\nu1,i2,too,many\nu2,i3,too,many\nu2,"i4\nu""1,"i5\nu3,i6\n';
    const { out, removed } = await rewritten("log.csv", text);
    expect([out, removed]).toEqual(['user,item\nu2,i3,too,many\nu2,"i4\nu3,i6\n', 3]);
    const broken = await rewritten(
      "log.ndjson",
      '{"user":"u2"\n{"user":"u\\u0031"\n{"user":"u3","item":1}\n',
    );
    expect(broken.out).toBe('{"user":"u2"\n{"user":"u3","item":1}\n');
  });

  it.each([
    ["quotes and an inch mark", '"user","item","title"\n"ann","tv","TV 24" wide"\n"bob","lamp","Lamp"\n'],
    ["escaped quotes", '"user","item","title"\n"ann","mug","The \\"Best\\" mug"\n"bob","lamp","Lamp"\n'],
    ["blanks and marks", "user,item,title\n ann\u00a0,mug,x\nan\u200bn,tv,y\nbob,lamp,z\n"],
    ["CR CR LF", "item,title,user\r\r\nmug,x,ann\r\r\nlamp,z,bob\r\r\n"],
  ])("finds the person as ingestion does, behind %s", async (_name, text) => {
    const { out } = await rewritten("orders.csv", text, { id: "ann" });
    expect(out).not.toMatch(/ann|an\u200bn/);
    expect(out).toContain("bob");
  });

  it("accepts an id with blanks around it", async () => {
    expect((await rewritten("l.csv", "user,item\nann,a\nbob,b\n", { id: " ann " })).out).toBe(
      "user,item\nbob,b\n",
    );
  });

  it("reports how it read the file, so that the rest is read in the same way", async () => {
    const { format, out } = await rewritten("h.csv", "userId,itemId\nu1,i1\nu1,i2\nx,y\n", {
      column: "1",
      wanted: ["1", "2"],
    });
    expect([out, format.header]).toEqual(["userId,itemId\nx,y\n", true]);
  });
});
