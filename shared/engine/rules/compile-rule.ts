import type { ColumnSchema } from "../catalogue/column.ts";
import { checkRule } from "./check-rule.ts";
import type { CheckedRule } from "./checked.ts";
import { parseRule } from "./parse-rule.ts";
import { RuleError } from "./rule-error.ts";
import type { RuleKind } from "./syntax.ts";

/** A rule that was read and checked once, for any number of requests. */
export interface CompiledRule {
  readonly text: string;
  readonly rule: CheckedRule;
}

/**
 * Reads a rule and checks it against the columns of a catalogue. Throws RuleError with the first fault, its place, and what may
 * have been meant.
 *
 * @param kind  The kind that the rule must have; any, if absent.
 */
export function compileRule(text: string, schema: readonly ColumnSchema[], kind?: RuleKind): CompiledRule {
  const statement = parseRule(text);
  if (kind !== undefined && statement.kind !== kind) {
    const span = { start: 0, end: text.length };
    throw new RuleError(text, { span, reason: `This is a ${statement.kind}`, expected: FORMS[kind] });
  }
  return { text, rule: checkRule(text, statement, schema) };
}

const FORMS: Readonly<Record<RuleKind, string>> = {
  filter: "a filter, such as item.price < 20",
  boost: "a boost, such as multiply 1.5 where item.on_sale",
  pin: 'a pin, such as pin item.id == "a" at 1',
  cap: "a cap, such as at most 2 per item.brand",
};
