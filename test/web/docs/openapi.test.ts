import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type OpenApiDocument, readReference, searchGroups } from "../../../web/docs/openapi.ts";
import { exampleOf, typeText } from "../../../web/docs/type-text.ts";

const document = JSON.parse(readFileSync("docs/openapi.json", "utf8")) as OpenApiDocument;
const { groups, schemas } = readReference(document);
const operations = groups.flatMap((group) => group.operations);

describe("readReference", () => {
  it("has every operation of the API's own description once, under a title", () => {
    const described = Object.values(document.paths).flatMap((item) => Object.values(item));
    expect(operations.map(({ id }) => id).sort()).toEqual(described.map((one) => one.operationId).sort());
    expect(groups.find(({ name }) => name === "api_keys")?.title).toBe("API keys");
    expect(groups.slice(0, 4).map(({ name }) => name)).toEqual([
      ...["inference", "recommendations", "events", "items"],
    ]);
    expect(operations.every(({ summary }) => summary !== "")).toBe(true);
  });
});

describe("searchGroups", () => {
  it("finds operations that have all words, in any order", () => {
    const found = searchGroups(groups, "post Training_Data");
    expect(found.map(({ name }) => name)).toContain("training_data");
    const methods = found.flatMap((group) => group.operations).map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(["POST"]));
  });

  it("finds everything for blanks, and nothing for unknown words", () => {
    expect(searchGroups(groups, "  ")).toEqual(groups);
    expect(searchGroups(groups, "no such words")).toEqual([]);
  });
});

describe("typeText", () => {
  it("writes a schema as a type, with its bounds", () => {
    const schema = {
      type: "object",
      required: ["name", "items"],
      properties: {
        name: { type: "string", minLength: 1, maxLength: 256 },
        mode: { type: "string", enum: ["auto", "yes"], default: "auto" },
        items: { type: "array", items: { anyOf: [{ type: "string" }, { type: "integer" }] } },
        "odd key": { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "null" }] },
        file: { type: "string", format: "binary" },
      },
    };
    expect(typeText(schema, {})).toBe(
      [
        "{",
        "  name: string; // not blank, at most 256 characters",
        '  mode?: "auto" | "yes"; // default "auto"',
        "  items: Array<string | integer>;",
        '  "odd key"?: number | null; // above 0',
        "  file?: file;",
        "}",
      ].join("\n"),
    );
  });

  it("expands references, and keeps the name of one that leads back to itself", () => {
    const tree = {
      type: "object",
      required: ["children"],
      properties: { children: { type: "array", items: { $ref: "#/components/schemas/Tree" } } },
    };
    const text = typeText({ $ref: "#/components/schemas/Tree" }, { Tree: tree });
    expect(text).toBe("{\n  children: Tree[];\n}");
  });

  it("writes every schema of the API", () => {
    for (const schema of Object.values(schemas)) expect(typeText(schema, schemas)).not.toMatch(/undefined/);
  });
});

describe("exampleOf", () => {
  it("has what is required", () => {
    expect(exampleOf({ $ref: "#/components/schemas/ProjectRequest" }, schemas)).toEqual({
      name: "text",
      user_column: "text",
      item_column: "text",
    });
  });
});
