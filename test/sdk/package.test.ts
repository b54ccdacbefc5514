import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSdk } from "#scripts/build/build-sdk.ts";

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "edgewise-sdk-"));
const installed = join(folder, "node_modules/edgewise-client");

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  for (const name of ["package.json", "README.md"]) cpSync(join(ROOT, "sdk", name), join(installed, name));
  await buildSdk(join(installed, "dist"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package of the SDK", () => {
  it("has the modules, their types, and nothing else", () => {
    const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json"], {
      cwd: installed,
      encoding: "utf8",
    });
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    expect(files.map(({ path }) => path).sort()).toEqual(
      [
        "README.md",
        "package.json",
        ...["beacon", "index"].flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`]),
        ...["call", "client", "edgewise-error", "event-queue", "new-id", "types", "verify-webhook"].map(
          (name) => `dist/${name}.d.ts`,
        ),
      ].sort(),
    );
  });

  it("has a beacon of less than 3 KB compressed", () => {
    expect(gzipSync(readFileSync(join(installed, "dist/beacon.js"))).length).toBeLessThan(3 * 1024);
  });

  it("runs in Node without anything else", async () => {
    const entry = pathToFileURL(join(installed, "dist/index.js")).href;
    const { createClient, createEventQueue, EdgewiseError } = await import(/* @vite-ignore */ entry);
    expect([typeof createClient, typeof createEventQueue, EdgewiseError.name]).toEqual([
      "function",
      "function",
      "EdgewiseError",
    ]);
  });

  it("has types that a strict program reads, and that refuse a wrong field", () => {
    writeFileSync(
      join(folder, "program.ts"),
      `import { createClient, createEventQueue, type Recommendations } from "edgewise-client";
import { startBeacon } from "edgewise-client/beacon";
const client = createClient({ url: "https://a.test", apiKey: "k" });
export const answer: Promise<Recommendations> = client.recommend({ user_id: "ann", session: [{ item_id: "1" }] });
export const queue = createEventQueue({ sendEvents: client.sendEvents });
export const beacon = startBeacon({ url: "https://a.test", apiKey: "k", userToken: "t" });
// @ts-expect-error there is no such field
client.recommend({ user: "ann", users: 1 });
// @ts-expect-error an event needs an item
queue.add({ type: "view", user_id: "ann" });
`,
    );
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022"];
    const resolution = [
      "--module",
      "esnext",
      "--moduleResolution",
      "bundler",
      "--lib",
      "es2023,dom,dom.iterable",
    ];
    const args = [tsc, ...flags, ...resolution, "--types", "", join(folder, "program.ts")];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    expect([status, stdout]).toEqual([0, ""]);
  });
});
