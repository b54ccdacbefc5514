import { describe, expect, it } from "vitest";
import { apiKeyRequest } from "#contract/api-key.ts";
import { archiveRows } from "#contract/archive.ts";
import { BLANK_TEXT, choice, text, textList } from "#contract/field.ts";
import { parseSeparator } from "#contract/file-format.ts";
import { KEY_SCOPES } from "#contract/key-scopes.ts";
import { isOrigin } from "#contract/origin.ts";
import { projectRequest } from "#contract/project.ts";
import { splitConfigRequest } from "#contract/study-config.ts";

function problemOf(schema: { safeParse: (value: unknown) => object }, value: unknown): string | undefined {
  const { error } = schema.safeParse(value) as { error?: { issues: { message: string }[] } };
  return error?.issues[0]?.message;
}

/** Lists nested deeper than any stack. */
function deepList(): unknown {
  let list: unknown = [];
  for (let depth = 0; depth < 200_000; depth++) list = [list];
  return list;
}

describe("a choice", () => {
  const schema = choice(["a", "b"]);

  it.each([
    ["an object with a toString of its own", { toString: 1 }, "A dict is not a valid choice."],
    ["an object without one", Object.create(null), "A dict is not a valid choice."],
    ["a list of such", [{ toString: 1, valueOf: 2 }], "A list is not a valid choice."],
    ["a list of a valid choice", ["a"], "A list is not a valid choice."],
    ["a number", 7, '"7" is not a valid choice.'],
    ["another word", "c", '"c" is not a valid choice.'],
    ["the name of an inherited member", "toString", '"toString" is not a valid choice.'],
  ])("refuses %s with a sentence", (_, value, message) => {
    expect(problemOf(schema, value)).toBe(message);
  });

  it("refuses lists of any depth", () => {
    expect(problemOf(schema, deepList())).toBe("A list is not a valid choice.");
  });

  it("is refused alike in requests and in archives", () => {
    const odd = JSON.parse('{"toString":1}') as unknown;
    expect(splitConfigRequest.safeParse({ scheme: odd }).success).toBe(false);
    expect(archiveRows.tuning_job.shape.status.safeParse(odd).success).toBe(false);
    expect(archiveRows.data_file.shape.kind.safeParse([odd]).success).toBe(false);
  });
});

describe("a text", () => {
  it.each(["\u200b", " \u200b\u200d ", "\u3164", "\u2800", "\ufeff\u2060", "\u0007", "\u00ad"])(
    "is blank if all its characters are invisible: %j",
    (value) => {
      expect(problemOf(text(), value)).toBe(BLANK_TEXT);
      expect(text({ blank: true }).parse(value)).toBe("");
    },
  );

  it.each(["a\ud800", "\udc00", "x\udfff y"])("refuses half of a character: %j", (value) => {
    expect(problemOf(text(), value)).toMatch(/lone surrogate/);
  });

  it.each(["👩‍👩‍👧", "क्‍ष", "商品", "a\u200bb"])(
    "keeps visible characters with their joiners: %s",
    (value) => {
      expect(text().parse(value)).toBe(value);
    },
  );

  it("keeps a separator of blanks, as it is not trimmed", () => {
    expect(text({ trim: false }).parse("\t")).toBe("\t");
  });
});

describe("a list of texts", () => {
  const schema = textList({ notAList: "no list", max: 2 });

  it("keeps each entry once, up to its maximum", () => {
    expect(schema.parse(["a", "b", "a", "b", "a"])).toEqual(["a", "b"]);
    expect(problemOf(schema, ["a", "b", "c"])).toBe("Ensure this field has no more than 2 elements.");
  });

  it("of scopes is no longer than there are scopes", () => {
    const many = Array.from({ length: 50_000 }, (_, at) => KEY_SCOPES[at % 2]);
    expect(apiKeyRequest.shape.scopes.parse(many)).toEqual(["read", "write"]);
  });

  it("of origins has at most a hundred", () => {
    const origins = Array.from({ length: 101 }, (_, at) => `https://shop${at}.example`);
    const { allowed_origins } = projectRequest.shape;
    expect(allowed_origins.parse([...origins.slice(1), "https://shop1.example"])).toHaveLength(100);
    expect(problemOf(allowed_origins, origins)).toMatch(/no more than 100/);
  });
});

describe("an origin", () => {
  it.each([
    "https://shop.example:65535",
    "http://localhost:8787",
    "http://[::1]:1",
    "http://127.0.0.1",
    "https://xn--bcher-kva.example",
  ])("is %s", (origin) => {
    expect(isOrigin(origin)).toBe(true);
  });

  it.each([
    "https://shop.example:99999",
    "https://shop.example:65536",
    "https://shop.example:0",
    "https://shop.example:0443",
    "https://shop.example:443",
    "http://shop.example:80",
    "http://1.2",
    "http://999.999.999.999",
    "http://[::g]",
    "http://[1:2]",
    "http://[0:0::1]",
    "https://shop.example/",
  ])("is never %s", (origin) => {
    expect(isOrigin(origin)).toBe(false);
  });
});

describe("a separator", () => {
  it.each(["constructor", "toString", "__proto__"])("has no name %s", (name) => {
    expect(parseSeparator(name)).toBeNull();
  });
});
