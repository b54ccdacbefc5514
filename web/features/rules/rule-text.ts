/** The text of a rule from the fields of a form, and the place of a fault in a text. The language: docs/guides/rules.md. Pure. */
import type { FeatureType } from "#contract/feature-columns.ts";
import type { SavedRuleKind } from "#contract/saved-rule.ts";

export const RULE_TESTS = ["equal", "different", "less", "more", "contains", "known"] as const;
export type RuleTest = (typeof RULE_TESTS)[number];

export interface RuleFields {
  readonly kind: SavedRuleKind;
  readonly property: string;
  /** What models read the property as; null if unknown. */
  readonly type: FeatureType | null;
  readonly test: RuleTest;
  readonly value: string;
  readonly factor: string;
  readonly position: string;
  readonly most: string;
}

const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u;
const NUMBER = /^-?\d+(\.\d+)?$/;

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

function conditionText({ property, type, test, value }: RuleFields): string | null {
  const name = propertyText(property);
  if (test === "known") return `${name} != null`;
  if (value.trim() === "") return null;
  const sign = { equal: "==", different: "!=", less: "<", more: ">", contains: "contains" }[test];
  return `${name} ${sign} ${valueText(value.trim(), type)}`;
}

/** A number or a truth where the property has such values, or nothing is known of it; otherwise a text. */
function valueText(value: string, type: FeatureType | null): string {
  if (type === "date") return `date(${JSON.stringify(value)})`;
  const isBare = NUMBER.test(value) || value === "true" || value === "false";
  return isBare && (type === null || type === "numeric" || type === "boolean" || type === "binary")
    ? value
    : JSON.stringify(value);
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
