/**
 * The answer to OPTIONS for a route: the fields of its form, for clients that build a form from it, as with Django REST
 * framework.
 */
import * as z from "zod";
import type { Description } from "./description.ts";

type Json = Record<string, unknown>;

export interface FormField {
  readonly type: string;
  readonly required: boolean;
  readonly read_only: boolean;
  readonly label: string;
  readonly max_length?: number;
  readonly min_value?: number;
  readonly max_value?: number;
  readonly choices?: readonly { readonly value: string; readonly display_name: string }[];
}

const TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];
const TYPE_NAMES: Readonly<Record<string, string>> = {
  number: "float",
  array: "list",
  object: "nested object",
};

/**
 * @param path As registered, e.g. `/split_config`.
 * @param bodies The descriptions of the methods with a body.
 * @param hidden Fields that are left out.
 */
export function describeForm(
  path: string,
  bodies: Readonly<Record<string, Description>>,
  hidden: readonly string[] = [],
): Json {
  const isShown = ([name]: readonly [string, FormField]) => !hidden.includes(name);
  const actions = Object.entries(bodies).map(([method, description]) => [
    method,
    Object.fromEntries(fieldsOf(description).filter(isShown)),
  ]);
  const words = resourceOf(path).split("_").map(capitalised).join(" ");
  return {
    name: `${words} ${path.includes(":") ? "Instance" : "List"}`,
    description: "",
    renders: TYPES.slice(0, 1),
    parses: TYPES,
    ...(actions.length > 0 ? { actions: Object.fromEntries(actions) } : {}),
  };
}

/** The first part of a path: `split_config` of `/split_config/:id`. */
export function resourceOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function fieldsOf({ body, answer }: Description): (readonly [string, FormField])[] {
  const asked = propertiesOf(body, "input");
  const answered = propertiesOf(answer, "output");
  const readOnly = Object.entries(answered.properties).filter(([name]) => !(name in asked.properties));
  return [
    ...readOnly.map(
      ([name, schema]) =>
        [
          name,
          { type: typeOf(schema, name), required: false, read_only: true, label: labelOf(name) },
        ] as const,
    ),
    ...Object.entries(asked.properties).map(
      ([name, schema]) => [name, formField(name, schema, asked.required.includes(name))] as const,
    ),
  ];
}

function formField(name: string, schema: Json, required: boolean): FormField {
  const plain = withoutNull(schema);
  const { maxLength, minimum, maximum, enum: values } = plain;
  // Recotem's clients compare forms with its own.
  const choices = plain["x-formChoices"] ?? values;
  const names = (plain["x-enumDescriptions"] ?? {}) as Record<string, string>;
  return {
    type: typeOf(plain, name),
    required,
    read_only: false,
    label: labelOf(name),
    ...(typeof maxLength === "number" ? { max_length: maxLength } : {}),
    ...(typeof minimum === "number" ? { min_value: minimum } : {}),
    ...(typeof maximum === "number" ? { max_value: maximum } : {}),
    ...(Array.isArray(choices)
      ? { choices: choices.map((value) => ({ value, display_name: names[value] ?? value })) }
      : {}),
  };
}

function typeOf(schema: Json, name: string): string {
  const { type, format, enum: values, minimum, maximum, exclusiveMinimum } = withoutNull(schema);
  if (Array.isArray(values)) return "choice";
  if (format === "date-time") return "datetime";
  const isReference = minimum === 1 && maximum === undefined;
  const isRowId = type === "integer" && (exclusiveMinimum === 0 || isReference);
  if (isRowId && name !== "id") return "field";
  return TYPE_NAMES[String(type)] ?? String(type ?? "field");
}

function withoutNull(schema: Json): Json {
  const options = schema.anyOf as Json[] | undefined;
  return options?.find(({ type }) => type !== "null") ?? schema;
}

function propertiesOf(schema: z.ZodType | undefined, io: "input" | "output") {
  const json = schema ? (z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json) : {};
  return {
    properties: (json.properties ?? {}) as Record<string, Json>,
    required: (json.required ?? []) as readonly string[],
  };
}

function labelOf(name: string): string {
  return name === "id" ? "ID" : capitalised(name.replaceAll("_", " "));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
