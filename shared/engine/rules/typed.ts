/** What the checker knows of a part of a rule: its type, and the node or name behind it. */
import type { BooleanNode, NumberNode, RequestValue } from "./checked.ts";
import type { Span } from "./rule-error.ts";

export type NumberType = "number" | "date" | "duration";

export type Typed = Span &
  (
    | { readonly type: NumberType; readonly node: NumberNode }
    /** `flag` names the column, if it is one. */
    | { readonly type: "boolean"; readonly node: BooleanNode; readonly flag: string | null }
    /** A constant text. */
    | { readonly type: "string"; readonly value: string }
    /** A column of the catalogue that is no number, date or boolean. */
    | { readonly type: "string column" | "category" | "tags" | "text"; readonly name: string }
    | { readonly type: "list"; readonly values: readonly Typed[] }
    | { readonly type: "null" }
    /** A value of the request: its type shows when the request comes. */
    | { readonly type: "request"; readonly value: RequestValue }
  );

export function isNumeric(typed: Typed): typed is Extract<Typed, { type: NumberType }> {
  return typed.type === "number" || typed.type === "date" || typed.type === "duration";
}

const NAMES: Readonly<Record<Typed["type"], string>> = {
  number: "a number",
  date: "a date",
  duration: "a duration",
  boolean: "true or false",
  string: "a text",
  "string column": "a text",
  category: "a category",
  tags: "a set of tags",
  text: "prose",
  list: "a list",
  null: "null",
  request: "a value of the request",
};

/** A type in the words of messages. */
export function nameOf(type: Typed["type"]): string {
  return NAMES[type];
}
