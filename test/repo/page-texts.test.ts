import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "#web/words/en/index.ts";
import { ja } from "#web/words/ja/index.ts";
import { sourceFiles } from "./source-files.ts";
import { writtenTexts } from "./written-texts.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Names, and words of formats, protocols and the language of rules, that are the same in every language. */
const SAME_EVERYWHERE: ReadonlySet<string> = new Set([
  "Edgewise",
  "CSV",
  "PNG",
  "SVG",
  "word · Edgewise",
  "curl -X POST word",
  "X-API-Key: word",
  "Content-Type: application/json",
  "at most word per word",
  "multiply word where word",
  "pin word at word",
  "POST word/inference/predict/project/word",
]);

/** The room whose texts are not in the catalogue yet, and programs to copy. */
const NOT_YET = /^web\/(docs\/|features\/onboarding\/code-samples\.ts)/;

function textsOf(path: string): string[] {
  return writtenTexts(path, readFileSync(join(ROOT, path), "utf8")).filter(
    (text) => !SAME_EVERYWHERE.has(text),
  );
}

describe("the dashboard's texts", () => {
  const files = sourceFiles().filter((path) => /^web\/(?!words\/|vite).*\.tsx?$/.test(path));

  it("are in the catalogue, not in the source code of pages", () => {
    const found = files
      .filter((path) => !NOT_YET.test(path))
      .flatMap((path) => textsOf(path).map((text) => `${path}: ${text}`));
    expect(files.length).toBeGreaterThan(150);
    expect(found).toEqual([]);
  });
});

describe("texts in source code", () => {
  const found = (source: string) => writtenTexts("page.tsx", source);
  const withValue = (source: string) => source.replaceAll("VALUE", "$" + "{value}");

  it("are found in JSX, in attributes, and in expressions", () => {
    expect(found("<p>Hello</p>")).toEqual(["Hello"]);
    expect(found('<Card title="Files" class="px-4" href="/data" />')).toEqual(["Files"]);
    expect(found('<b>{isOn ? "Active" : "Switched off"}</b>')).toEqual(["Active", "Switched off"]);
    expect(found('<p title={isOn ? "Active" : ""} />')).toEqual(["Active"]);
    expect(found('const x = () => <p>{t("room.key", "For you")}</p>')).toEqual(["For you"]);
  });

  it("are found in string literals and templates of other code", () => {
    expect(found('const HEAD = [{ label: "Last used" }]')).toEqual(["Last used"]);
    expect(found(withValue("const text = (name: string) => `Delete VALUE`"))).toEqual(["Delete word"]);
    expect(found('throw new ApiError("invalid", "Not this one.")')).toEqual(["Not this one."]);
  });

  it("are not class names, paths, keys, types, and messages for engineers", () => {
    expect(found('import { x } from "a b/c d"; const BASE = "flex items-center px-4";')).toEqual([]);
    expect(
      found(withValue("const CELL = `VALUE num text-right`; const url = `uploads/VALUE/parts/VALUE/`")),
    ).toEqual([]);
    expect(
      found('type A = "two words"; throw new Error("wrong call"); console.error("an answer", x)'),
    ).toEqual([]);
    expect(
      found('<p class="num text-right" onKeyDown={(e) => e.key === "Enter" && go()}>{t("room.key")}</p>'),
    ).toEqual([]);
  });
});

/** The names of all texts, and whether each is one that takes values. */
function keysOf(texts: object, before = ""): string[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    typeof text === "object" ? keysOf(text, `${before}${name}.`) : [`${before}${name}: ${typeof text}`],
  );
}

describe("the catalogue", () => {
  it("has the same texts in Japanese as in English", () => {
    expect(keysOf(ja).sort()).toEqual(keysOf(en).sort());
  });

  it("has no empty text", () => {
    const texts = (node: object): unknown[] =>
      Object.values(node).flatMap((text) => (typeof text === "object" ? texts(text) : [text]));
    expect([...texts(en), ...texts(ja)].filter((text) => text === "")).toEqual([]);
  });
});
