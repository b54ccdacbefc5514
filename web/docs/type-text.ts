/** Schemas for programmers: as types in TypeScript's notation, with bounds as comments, and as example values. */
import type { Schema, Schemas } from "./openapi.ts";

const STEP = "  ";

/** A schema as a type. References are expanded; a recursive one stays a name. */
export function typeText(schema: Schema, schemas: Schemas): string {
  return typeOf(schema, schemas, "", []);
}

function typeOf(schema: Schema, schemas: Schemas, indent: string, trail: readonly string[]): string {
  const name = schema.$ref?.split("/").at(-1);
  if (name !== undefined) {
    const found = schemas[name];
    return !found || trail.includes(name) ? name : typeOf(found, schemas, indent, [...trail, name]);
  }
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    return [...new Set(choices.map((choice) => typeOf(choice, schemas, indent, trail)))].join(" | ");
  }
  if (schema.type === "array") {
    const inner = typeOf(schema.items ?? {}, schemas, indent, trail);
    return inner.includes(" | ") ? `Array<${inner}>` : `${inner}[]`;
  }
  if (schema.type === "object" || schema.properties) return objectType(schema, schemas, indent, trail);
  if (schema.format === "binary") return "file";
  return schema.type ?? "any";
}

function objectType(schema: Schema, schemas: Schemas, indent: string, trail: readonly string[]): string {
  const deeper = indent + STEP;
  const lines = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const mark = schema.required?.includes(key) ? "" : "?";
    const note = boundsText(property);
    return `${deeper}${keyText(key)}${mark}: ${typeOf(property, schemas, deeper, trail)};${note && ` // ${note}`}`;
  });
  const { additionalProperties: others } = schema;
  if (typeof others === "object" && Object.keys(others).length > 0) {
    lines.push(`${deeper}[name: string]: ${typeOf(others, schemas, deeper, trail)};`);
  } else if (lines.length === 0) return "object";
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function keyText(key: string): string {
  return /^[\w$]+$/.test(key) ? key : JSON.stringify(key);
}

/** The values that a schema allows, in words; empty when its type says it all. */
export function boundsText(schema: Schema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, maxItems } = schema;
  const isSafeRange = maximum === Number.MAX_SAFE_INTEGER;
  const notes = [
    minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && `at least ${minimum}`,
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    maximum !== undefined && !isSafeRange && `at most ${maximum}`,
    exclusiveMaximum !== undefined && `below ${exclusiveMaximum}`,
    minLength !== undefined && minLength > 1 && `at least ${minLength} characters`,
    minLength === 1 && "not blank",
    maxLength !== undefined && `at most ${maxLength} characters`,
    maxItems !== undefined && `at most ${maxItems} elements`,
    schema.default !== undefined && `default ${JSON.stringify(schema.default)}`,
    schema.format !== undefined && schema.format !== "binary" && schema.format,
    schema.description,
  ].filter(Boolean);
  const inner = schema.anyOf?.map(boundsText).filter(Boolean) ?? [];
  return [...notes, ...inner].join(", ");
}

/** An example value of a schema: the required fields of an object, or all of them if none is required. */
export function exampleOf(schema: Schema, schemas: Schemas, depth = 0): unknown {
  const name = schema.$ref?.split("/").at(-1);
  if (name !== undefined) return depth > 8 ? null : exampleOf(schemas[name] ?? {}, schemas, depth + 1);
  if ("const" in schema) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return exampleOf(choice, schemas, depth + 1);
  if (schema.type === "array") return [];
  if (schema.type === "object" || schema.properties) {
    const properties = Object.entries(schema.properties ?? {});
    const required = properties.filter(([key]) => schema.required?.includes(key));
    const shown = required.length > 0 ? required : properties;
    return Object.fromEntries(shown.map(([key, inner]) => [key, exampleOf(inner, schemas, depth + 1)]));
  }
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 1;
  if (schema.type === "boolean") return false;
  return schema.type === "string" ? "text" : null;
}
