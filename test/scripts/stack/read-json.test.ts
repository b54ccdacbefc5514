import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readJson } from "#scripts/stack/read-json.ts";

let file = "";

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "edgewise-json-")), "file.json");
});

afterEach(() => rmSync(join(file, ".."), { recursive: true, force: true }));

it("readJson reads a file", () => {
  writeFileSync(file, '{"bytes":3}');
  expect(readJson(file)).toEqual({ bytes: 3 });
});

it.each(["", '{"bytes":'])("readJson treats %j as no file", (text) => {
  writeFileSync(file, text);
  expect(readJson(file)).toBeNull();
});

it("readJson gives null without a file, and throws if it may not read", () => {
  expect(readJson(file)).toBeNull();
  expect(() => readJson(join(file, ".."))).toThrow("EISDIR");
});
