import { describe, expect, it } from "vitest";
import { rewriteWithout } from "../../../workers/trainer/rewrite-file.ts";

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

async function rewritten(name: string, text: string, column = "user") {
  const options = { gunzip: (bytes: AsyncIterable<Uint8Array>) => bytes, breathe: async () => undefined };
  const rewriting = await rewriteWithout({ name, bytes: once(text) }, options, column, "u1");
  const decoder = new TextDecoder();
  let out = "";
  for await (const chunk of rewriting.chunks) out += decoder.decode(chunk, { stream: true });
  return { name: rewriting.name, out, removed: rewriting.removed(), kept: rewriting.kept() };
}

describe("rewriteWithout", () => {
  it("leaves out the rows of one id, and keeps all others to the letter", async () => {
    const text = 'item,user,note\ni1,u1,"a, b"\ni2,u2,"say ""x"", y"\ni3,u10,\n';
    expect(await rewritten("log.csv", text)).toEqual({
      name: "log.csv",
      out: 'item,user,note\ni2,u2,"say ""x"", y"\ni3,u10,\n',
      removed: 1,
      kept: 2,
    });
  });

  it.each([
    ["log.tsv", "user\titem\nu1\ti1\nu2\ti2\n", "user", "user\titem\nu2\ti2\n", "log.tsv"],
    ["log.csv", "user;item\nu1;i1\nu2;i2\n", "user", "user;item\nu2;i2\n", "log.csv"],
    ["u.data", "u1\ti1\t3\nu2\ti2\t4\n", "1", "u2\ti2\t4\n", "u.tsv"],
    [
      "log.ndjson",
      '{"user":"u1","item":1}\n{"user":"u2","item":2}\n',
      "user",
      '{"user":"u2","item":2}\n',
      "log.ndjson",
    ],
    [
      "log.json.gz",
      '[{"user":"u1","item":1},{"user":"u2","item":2}]',
      "user",
      '{"user":"u2","item":2}\n',
      "log.ndjson",
    ],
  ])("writes %s as what it is", async (name, text, column, out, newName) => {
    expect(await rewritten(name, text, column)).toEqual({ name: newName, out, removed: 1, kept: 1 });
  });

  it("leaves rows out that nobody can read: they may be anybody's", async () => {
    const { out, removed } = await rewritten("log.csv", "user,item\nu1,i1\nu1,i2,too,many\nu2,i3\n");
    expect([out, removed]).toEqual(["user,item\nu2,i3\n", 2]);
  });
});
