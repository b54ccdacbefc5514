import { describe, expect, it } from "vitest";
import { sourceFiles, textOf } from "./source-files.ts";

const WORKERS = ["api", "recommend", "trainer"] as const;

/** Takes something out of `env`: a property, an entry, or by taking it apart. Comments and imports are no reads. */
const READS_ENV = [
  /\benv\s*\??\.\s*[A-Za-z_[]/,
  /\benv\s*\[/,
  /\}\s*=\s*(?:this\.|c\.)?env\b/,
  /\.\.\.\s*(?:this\.)?env\b/,
];

function readsEnv(text: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|^import .*$/gm, "");
  return READS_ENV.some((form) => form.test(code));
}

describe("what is bound to a Worker", () => {
  it.each(WORKERS)("is read in %s by its composition root alone", (worker) => {
    const files = sourceFiles(`workers/${worker}/*.ts`);
    const [root = "", ...others] = files.filter((path) => path.endsWith("/composition.ts"));
    expect(others).toEqual([]);
    expect(readsEnv(textOf(root))).toBe(true);
    const readers = files.filter((path) => path !== root && readsEnv(textOf(path)));
    // Parses the text settings for the root, with a parameter of the same name.
    expect(readers.filter((path) => path !== "workers/api/env/env.ts")).toEqual([]);
  });

  it("is not known to core", () => {
    const readers = sourceFiles("workers/core/*.ts").filter((path) => readsEnv(textOf(path)));
    expect(readers).toEqual([]);
  });

  it.each([
    ["const { DB } = env;", true],
    ["const { DB } = this.env;", true],
    ["return { ...env };", true],
    ["send(this.env.QUEUE)", true],
    ["env?.DB", true],
    ['env["DB"]', true],
    ["super(ctx, env);", false],
    ["compositionOf(this.env).deps", false],
    ["parseEnv(env)", false],
    ['import { parseEnv } from "./env.ts";', false],
    ["// env.DB is bound", false],
  ])("%s reads it: %s", (code, reads) => expect(readsEnv(code)).toBe(reads));
});
