/** The package of the NestJS module: what is in it, its types, and an application of Nest that uses it. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildNestModule } from "#scripts/build/build-sdk.ts";

const ROOT = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "edgewise-nestjs-"));
const modules = join(folder, "node_modules");
const installed = join(modules, "edgewise-nestjs");

const APPLICATION = `import "reflect-metadata";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { EdgewiseModule, RecommendationService, type RecommendationPage } from "edgewise-nestjs";

const fetch: typeof globalThis.fetch = async (url, init) => {
  const headers = init?.headers as Record<string, string>;
  const strategy = headers["X-API-Key"] + " " + String(url);
  return new Response(JSON.stringify({ user_id: "ann", recommendations: [], strategy }));
};
class Settings {
  readonly url = "https://async.test/kpop";
}
class SettingsModule {}
Module({ providers: [Settings], exports: [Settings] })(SettingsModule);

class Feed {
  readonly posts: RecommendationService;
  constructor(posts: RecommendationService) {
    this.posts = posts;
  }
}
const feed = { provide: Feed, inject: [RecommendationService], useFactory: (posts: RecommendationService) => new Feed(posts) };

class FeedModule {}
Module({ providers: [feed] })(FeedModule);

class Plain {}
Module({ imports: [EdgewiseModule.forRoot({ url: "https://plain.test/kpop", apiKey: "k", fetch, isGlobal: true }), FeedModule] })(Plain);
class Late {}
Module({
  imports: [
    EdgewiseModule.forRootAsync({
      imports: [SettingsModule],
      inject: [Settings],
      useFactory: async ({ url }: Settings) => ({ url, apiKey: "late", fetch }),
    }),
  ],
  providers: [feed],
})(Late);

const answers: RecommendationPage[] = [];
for (const application of [Plain, Late]) {
  const context = await NestFactory.createApplicationContext(application, { logger: false });
  answers.push(await context.get(Feed, { strict: false }).posts.recommendations("ann"));
  await context.close();
}
console.log(JSON.stringify(answers.map(({ strategy }) => strategy)));

// @ts-expect-error an address is needed
EdgewiseModule.forRoot({ apiKey: "k" });
// @ts-expect-error there is no such field
answers[0]?.items;
`;

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  for (const name of ["package.json", "README.md"]) {
    cpSync(join(ROOT, "sdk/nestjs", name), join(installed, name));
  }
  await buildNestModule(join(installed, "dist"));
  const { resolve } = createRequire(join(ROOT, "test/clients/package.json"));
  const folderOf = (name: string) => {
    const places = (resolve.paths(name) ?? []).map((path) => join(path, name));
    const found = places.find((path) => existsSync(path));
    if (found === undefined) throw new Error(`${name} is not installed. Run npm ci.`);
    return found;
  };
  mkdirSync(join(modules, "@nestjs"));
  for (const name of ["@nestjs/common", "@nestjs/core", "reflect-metadata", "rxjs"]) {
    symlinkSync(realpathSync(folderOf(name)), join(modules, name));
  }
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  writeFileSync(join(folder, "application.ts"), APPLICATION);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("has the module, its types, and nothing else", () => {
  const args = ["pack", "--dry-run", "--json"];
  const { stdout } = spawnSync("npm", args, { cwd: installed, encoding: "utf8" });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const names = files.map(({ path }) => path);
  expect(names.filter((name) => !name.endsWith(".d.ts")).sort()).toEqual([
    "README.md",
    "dist/index.js",
    "package.json",
  ]);
  expect(names).toContain("dist/nestjs/src/index.d.ts");
  expect(names.filter((name) => !/^(?:README\.md|package\.json|dist\/)/.test(name))).toEqual([]);
});

it("has types that a strict application of Nest reads, and that refuse what is wrong", () => {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const flags = [
    "--noEmit",
    "--strict",
    "--exactOptionalPropertyTypes",
    "--skipLibCheck",
    "--target",
    "es2023",
  ];
  const kinds = [
    "--module",
    "nodenext",
    "--moduleResolution",
    "nodenext",
    "--lib",
    "es2023,dom,dom.iterable",
  ];
  const args = [tsc, ...flags, ...kinds, "--types", "", join(folder, "application.ts")];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  expect([status, stdout]).toEqual([0, ""]);
});

it("gives an application of Nest the service, also with options of other providers", () => {
  const file = join(folder, "application.ts");
  const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: folder, encoding: "utf8" });
  const lines = stdout.trim().split("\n");
  expect([lines.at(-1), stderr]).toEqual([
    JSON.stringify([
      "k https://plain.test/kpop/recommendations/ann?limit=20&offset=0",
      "late https://async.test/kpop/recommendations/ann?limit=20&offset=0",
    ]),
    "",
  ]);
});
