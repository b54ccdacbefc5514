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

it("reads what is there", () => {
  writeFileSync(file, '{"bytes":3}');
  expect(readJson(file)).toEqual({ bytes: 3 });
});

it.each(["", '{"bytes":'])("takes %j for no file", (text) => {
  writeFileSync(file, text);
  expect(readJson(file)).toBeNull();
});

it("gives null where nothing is, and says so when it may not read", () => {
  expect(readJson(file)).toBeNull();
  expect(() => readJson(join(file, ".."))).toThrow("EISDIR");
});
