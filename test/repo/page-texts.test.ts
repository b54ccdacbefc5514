import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";
import { en } from "#web/words/en/index.ts";
import { ja } from "#web/words/ja/index.ts";
import { sourceFiles } from "./source-files.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Attributes that people read or hear. */
const READ = /^(aria-label|alt|placeholder|title|label|description|hint|help|legend|caption|empty)$/;
const WORD = /\p{L}{2,}/u;
/** Names that are the same in every language. */
const NAMES = new Set(["Edgewise", "CSV", "PNG", "SVG"]);

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* nodesOf(child);
}

/** The texts in a node of JSX that a visitor reads as they are written there. */
function written(node: Node): string[] {
  if (node.type === "JSXText") return [String(node["value"]).trim()];
  if (node.type === "JSXAttribute" && isNode(node["name"]) && READ.test(String(node["name"]["name"])))
    return isNode(node["value"]) && node["value"].type === "Literal" ? [String(node["value"]["value"])] : [];
  return [];
}

function textsOf(path: string): string[] {
  const { program } = parseSync(path, readFileSync(join(ROOT, path), "utf8"));
  const found = [...nodesOf(program as unknown as Node)].flatMap(written);
  return found.filter((text) => WORD.test(text) && !NAMES.has(text));
}

/** Rooms whose texts are not in the catalogue yet. */
const NOT_YET =
  /^web\/(components\/(?!plot\/)|docs|features\/(?!(?:events|experiments|inspect|live|onboarding|quality|rules|shell|study|usage|webhooks)\/))/;

describe("the dashboard's texts", () => {
  const pages = sourceFiles().filter((path) => path.startsWith("web/") && path.endsWith(".tsx"));

  it("are in the catalogue, not in components", () => {
    const found = pages
      .filter((path) => !NOT_YET.test(path))
      .flatMap((path) => textsOf(path).map((text) => `${path}: ${text}`));
    expect(pages.length).toBeGreaterThan(50);
    expect(found).toEqual([]);
  });

  it("are found where a component has some", () => {
    expect(pages.filter((path) => NOT_YET.test(path)).some((path) => textsOf(path).length > 0)).toBe(true);
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
    expect(keysOf(ja)).toEqual(keysOf(en));
  });

  it("has no empty text", () => {
    const texts = (node: object): unknown[] =>
      Object.values(node).flatMap((text) => (typeof text === "object" ? texts(text) : [text]));
    expect([...texts(en), ...texts(ja)].filter((text) => text === "")).toEqual([]);
  });
});
