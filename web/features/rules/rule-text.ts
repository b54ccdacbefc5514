/** The text of a rule from the fields of a form, and the place of a fault in a text. The language: docs/guides/rules.md. Pure. */
import type { SavedRuleKind } from "#contract/saved-rule.ts";

export const RULE_TESTS = ["equal", "different", "less", "more", "contains", "known"] as const;
export type RuleTest = (typeof RULE_TESTS)[number];

/** What the values of a property are to a rule: the first line of its table of types that fits all of them. */
export type ValueKind = "flag" | "number" | "date" | "text";

export interface RuleFields {
  readonly kind: SavedRuleKind;
  readonly property: string;
  readonly values: ValueKind;
  readonly test: RuleTest;
  readonly value: string;
  readonly factor: string;
  readonly position: string;
  readonly most: string;
}

const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u;
const NUMBER = /^-?\d+(\.\d+)?$/;
const FLAG = /^(true|false)$/;
const DATE = /^\d{4}-\d\d-\d\d/;

/** By the first values of a column; texts where none is known. */
export function valueKind(samples: readonly string[] | null): ValueKind {
  if (samples === null || samples.length === 0) return "text";
  const all = (form: RegExp) => samples.every((sample) => form.test(sample));
  if (all(FLAG)) return "flag";
  if (all(NUMBER)) return "number";
  return all(DATE) ? "date" : "text";
}

/** `item.price`, or `item["Release date"]` for what is no name. */
export function propertyText(property: string): string {
  return NAME.test(property) ? `item.${property}` : `item[${JSON.stringify(property)}]`;
}

/** Null while a field that the kind needs is empty. */
export function ruleText(fields: RuleFields): string | null {
  const { kind, property, factor, position, most } = fields;
  if (property === "") return null;
  if (kind === "cap") return filled(most) && `at most ${most.trim()} per ${propertyText(property)}`;
  const condition = conditionText(fields);
  if (condition === null) return null;
  if (kind === "filter") return condition;
  if (kind === "boost") return filled(factor) && `multiply ${factor.trim()} where ${condition}`;
  return filled(position) && `pin ${condition} at ${position.trim()}`;
}

const filled = (text: string) => (text.trim() === "" ? null : text.trim());

function conditionText({ property, values, test, value }: RuleFields): string | null {
  const name = propertyText(property);
  if (test === "known") return `${name} != null`;
  if (value.trim() === "") return null;
  const sign = { equal: "==", different: "!=", less: "<", more: ">", contains: "contains" }[test];
  return `${name} ${sign} ${valueText(value.trim(), values)}`;
}

function valueText(value: string, kind: ValueKind): string {
  if (kind === "date") return `date(${JSON.stringify(value)})`;
  const isBare = (kind === "number" && NUMBER.test(value)) || (kind === "flag" && FLAG.test(value));
  return isBare ? value : JSON.stringify(value);
}

/** Where a message says that the fault is: `Line 2, column 8: …`. */
export interface Fault {
  /** The line of the text. */
  readonly line: string;
  /** Characters before the fault. */
  readonly before: number;
  readonly message: string;
}

/** Null for a message without a place in the text. */
export function faultIn(text: string, message: string): Fault | null {
  const [, line, column, rest] = /^Line (\d+), column (\d+): (.*)$/s.exec(message) ?? [];
  if (line === undefined || column === undefined || rest === undefined) return null;
  const found = text.split("\n")[Number(line) - 1];
  return found === undefined ? null : { line: found, before: Number(column) - 1, message: rest };
}
