import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ROOT } from "#scripts/build/root.ts";
import { bundle } from "#scripts/stack/bundle.ts";

let home: string;
let out: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "edgewise-worker-"));
  out = join(home, "out");
  mkdirSync(join(home, "code"));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Bundles a Worker of these files. */
function bundleOf(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
  return bundle(relative(ROOT, join(home, "wrangler.toml")), out);
}

const made = new Map<string, Promise<string>>();

/** The code of a Worker's bundle, which is made once. */
function codeOf(config: string): Promise<string> {
  const code =
    made.get(config) ?? bundle(config, out).then(() => readFileSync(join(out, "index.js"), "utf8"));
  made.set(config, code);
  return code;
}

it("puts WebAssembly beside the bundle, by the hash of its content", async () => {
  await bundleOf({
    "wrangler.toml": 'name = "w"\nmain = "code/worker.ts"\n',
    "code/worker.ts":
      'import { hash } from "node:crypto";\nimport code from "../some.wasm";\nconsole.log(hash, code);',
    "some.wasm": "abc",
  });
  const wasm = "a9993e364706816aba3e25717850c26c9cd0d89d-some.wasm";
  expect(readdirSync(out).sort()).toEqual([wasm, "index.js", "index.js.map"]);
  expect(readFileSync(join(out, wasm), "utf8")).toBe("abc");
  const code = readFileSync(join(out, "index.js"), "utf8");
  expect(code).toContain(`from "./${wasm}"`);
  expect(code).toContain('from "node:crypto"');
});

it("names the file and the line of what it cannot bundle", async () => {
  const files = { "wrangler.toml": 'main = "code/worker.ts"\n', "code/worker.ts": '\nimport "./gone.ts";' };
  await expect(bundleOf(files)).rejects.toThrow(
    /code\/worker\.ts:2:\d+: ERROR: Could not resolve "\.\/gone\.ts"/,
  );
});

it("names a configuration without an entry", async () => {
  await expect(bundleOf({ "wrangler.toml": 'name = "w"\n' })).rejects.toThrow(
    'wrangler.toml has no line main = "FILE".',
  );
});

/** A Worker is evaluated in each isolate before its first answer. `import { z }` would keep all of zod, half a megabyte. */
it.each(["workers/recommend/wrangler.toml", "wrangler.toml", "workers/trainer/wrangler.toml"])(
  "keeps zod's texts in other languages out of the bundle of %s",
  async (config) => {
    const code = await codeOf(config);
    const languages = [...code.matchAll(/^\/\/ .*zod\/v4\/locales\/(.+)\.js$/gm)].map(([, name]) => name);
    expect(languages).toEqual(["en"]);
  },
);

/** Their schemas take as long to make as a list. What serving needs of these subjects is in files without schemas. */
it("keeps schemas of the management API out of the Worker that serves", async () => {
  const code = await codeOf("workers/recommend/wrangler.toml");
  const files = [...code.matchAll(/^\/\/ .*shared\/contract\/([\w-]+)\.ts$/gm)].map(([, name]) => name);
  expect(files).toContain("recommend");
  const unwanted = ["api-key", "auth", "column-schema", "deployment", "event-settings", "project", "user"];
  expect(files.filter((name) => name !== undefined && unwanted.includes(name))).toEqual([]);
});
