/** Prose stays plain: no comment, document, message or test name holds one of these words and phrases. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const AREAS = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ".dev.vars.example",
  "wrangler.toml",
  "docs",
  "cli",
  "scripts",
  "shared",
  "test",
  "web",
  "workers",
];
const SKIPPED = /(^|\/)(node_modules|dist|\.[a-z]+)\/|openapi\.json$|words\.test\.ts$/;
const READ = /\.(tsx?|mjs|md|toml|py|example)$/;

/** A pattern of words, and what to write instead. */
const HARD: readonly (readonly [string, string])[] = [
  ["whoever", "who, the caller that"],
  ["besides", "also, apart from"],
  ["anew", "again"],
  ["hence", "so"],
  ["thereof|therein|wherein|whence|whereby", "name the thing"],
  ["hitherto|albeit|whilst|lest", "a plain conjunction"],
  ["foretold|foretells?", "estimated, estimates"],
  ["parted by|parts the", "separated by"],
  ["of late", "recently"],
  ["by themselves", "automatically, alone"],
  ["(?:is|are|was|were) to be", "say who does it"],
  ["the likes?(?= of|[.,;:)])", "name the things"],
  ["in the hands of", "with"],
  ["nothing of it", "say what is missing"],
  ["so many", "a number, or the name of the number"],
  ["what becomes? of", "say what happens"],
  ["what is preferred", "the order"],
  ["of which", "whose, with, a second sentence"],
  ["mend(?:s|ed|ing)?", "fix"],
  ["made out", "recognised"],
  ["in vain", "without success"],
  ["worked out", "computed, found"],
  ["afresh", "again, from 0"],
  ["for ever", "always, without end"],
  ["numbers that are none", "NaN or infinity"],
  ["at a time (?:are|is)", "together"],
];

/** Places that keep such a word: a text of an original, or a name. */
const ALLOWED: readonly { readonly file: string; readonly phrase: string; readonly reason: string }[] = [];

function filesOf(area: string): string[] {
  const path = join(ROOT, area);
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => READ.test(file) && !SKIPPED.test(relative(ROOT, file)));
}

/** Joins lines of comments, so that a phrase is found across a line break; keeps the number of characters. */
function joined(text: string): string {
  return text.replace(/\n[ \t]*(?:\*(?!\/)|\/\/|#)?/g, (gap) => " ".repeat(gap.length));
}

function hardWordsIn(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const prose = joined(text);
  const name = relative(ROOT, file);
  return HARD.flatMap(([pattern, instead]) =>
    [...prose.matchAll(new RegExp(`\\b(?:${pattern.replaceAll(" ", "\\s+")})(?![\\w-])`, "gi"))]
      .filter(([phrase]) => !ALLOWED.some((one) => one.file === name && one.phrase === phrase))
      .map((match) => {
        const line = text.slice(0, match.index).split("\n").length;
        return `${name}:${line}: "${match[0].replace(/\s+/g, " ")}". Write: ${instead}.`;
      }),
  );
}

describe("words", () => {
  it.each(AREAS)("of %s are plain", (area) => {
    const files = filesOf(area);
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(hardWordsIn)).toEqual([]);
  });
});
