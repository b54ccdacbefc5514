/** The catalogue as sections of an artifact, read in place. */
import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import { idMapOfSections, idMapSections } from "../data/id-map-sections.ts";
import { EngineError } from "../engine-error.ts";
import { wordCountOf } from "./bitmap.ts";
import type { Catalogue } from "./catalogue.ts";
import { COLUMN_TYPES, type Column, type ColumnSchema, separatorOf } from "./column.ts";

const IDS = "catalogue.ids";
const SCHEMA = "catalogue.schema";
const HIDDEN = "catalogue.hidden";

/** The catalogue as sections; shares its arrays, without copies. */
export function catalogueSections({ itemIds, schema, columns, hidden }: Catalogue): Section[] {
  return [
    ...idMapSections(itemIds, IDS),
    { name: SCHEMA, data: new TextEncoder().encode(JSON.stringify(schema)) },
    { name: HIDDEN, data: hidden },
    ...schema.flatMap(({ name }, at) => columnSections(columns.get(name) as Column, `catalogue.${at}`)),
  ];
}

function columnSections(column: Column, prefix: string): Section[] {
  switch (column.type) {
    case "string":
    case "category":
      return [
        { name: `${prefix}.codes`, data: column.codes },
        ...idMapSections(column.values, `${prefix}.values`),
      ];
    case "tags":
      return [
        { name: `${prefix}.offsets`, data: column.offsets },
        { name: `${prefix}.codes`, data: column.codes },
        ...idMapSections(column.values, `${prefix}.values`),
      ];
    default:
      return [{ name: `${prefix}.values`, data: column.values }];
  }
}

/** Whether sections hold a catalogue, beside others. */
export function hasCatalogue(sections: readonly Section[]): boolean {
  return sections.some(({ name }) => name === SCHEMA);
}

/** Reads the sections of `catalogueSections`. Throws BAD_ARTIFACT when they do not fit together. */
export function catalogueOf(sections: readonly Section[]): Catalogue {
  const itemIds = idMapOfSections(sections, IDS);
  const schema = schemaOf(sectionOf({ sections }, SCHEMA, Uint8Array));
  const hidden = sectionOf({ sections }, HIDDEN, Uint32Array);
  checkLength("hidden items", hidden.length, wordCountOf(itemIds.size));
  const columns = new Map(
    schema.map((column, at) => [column.name, columnOf(sections, column, `catalogue.${at}`, itemIds.size)]),
  );
  return { itemIds, schema, columns, hidden };
}

function columnOf(
  sections: readonly Section[],
  schema: ColumnSchema,
  prefix: string,
  rowCount: number,
): Column {
  const { type, name } = schema;
  const separator = separatorOf(schema);
  switch (type) {
    case "string":
    case "category": {
      const codes = sectionOf({ sections }, `${prefix}.codes`, Uint32Array);
      const values = idMapOfSections(sections, `${prefix}.values`);
      checkLength(name, codes.length, rowCount);
      checkCodes(name, codes, values.size);
      return { type, separator, codes, values };
    }
    case "tags": {
      const offsets = sectionOf({ sections }, `${prefix}.offsets`, Uint32Array);
      const codes = sectionOf({ sections }, `${prefix}.codes`, Uint32Array);
      const values = idMapOfSections(sections, `${prefix}.values`);
      checkLength(name, offsets.length, rowCount + 1);
      checkOffsets(name, offsets, codes.length);
      checkCodes(name, codes, values.size - 1);
      return { type, separator, offsets, codes, values };
    }
    case "number":
    case "date": {
      const values = sectionOf({ sections }, `${prefix}.values`, Float64Array);
      checkLength(name, values.length, rowCount);
      return { type, values };
    }
    case "boolean":
    case "text": {
      const values = sectionOf({ sections }, `${prefix}.values`, Uint8Array);
      checkLength(name, values.length, rowCount);
      return { type, values };
    }
  }
}

function checkLength(what: string, length: number, expected: number): void {
  if (length === expected) return;
  throw new EngineError("BAD_ARTIFACT", `The catalogue's ${what} have ${length} entries, not ${expected}.`);
}

function checkCodes(what: string, codes: Uint32Array, largest: number): void {
  for (const code of codes) {
    if (code <= largest) continue;
    throw new EngineError("BAD_ARTIFACT", `The catalogue's ${what} have code ${code} of ${largest}.`);
  }
}

function checkOffsets(what: string, offsets: Uint32Array, end: number): void {
  const isRising = offsets.every((offset, row) => row === 0 || offset >= (offsets[row - 1] as number));
  if (isRising && offsets[0] === 0 && offsets[offsets.length - 1] === end) return;
  throw new EngineError("BAD_ARTIFACT", `The catalogue's ${what} have broken offsets.`);
}

function schemaOf(bytes: Uint8Array): ColumnSchema[] {
  try {
    const schema: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (Array.isArray(schema) && schema.every(isColumn)) return schema;
  } catch {
    // Broken JSON and JSON of another form are the same to the caller.
  }
  throw new EngineError("BAD_ARTIFACT", "The catalogue has a broken list of columns.");
}

function isColumn(value: unknown): value is ColumnSchema {
  const { name, type, separator } = (value ?? {}) as Record<string, unknown>;
  const isSeparator = separator === undefined || (typeof separator === "string" && separator !== "");
  return typeof name === "string" && COLUMN_TYPES.some((known) => known === type) && isSeparator;
}
