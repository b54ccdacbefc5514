/** Why filters leave no item: the clauses that no item fits, and what the request does not say. */
import { type Bitmap, countCommonBits } from "../catalogue/bitmap.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { applyRules } from "./apply-rules.ts";
import { type CompiledRule, compileRule } from "./compile-rule.ts";
import { parseRule } from "./parse-rule.ts";
import type { RuleRequest } from "./rule-request.ts";
import type { Expression } from "./syntax.ts";

export interface BlockingClause {
  /** As it stands in the rule. */
  readonly text: string;
  /** The properties of user and context in it that have no value: `user.budget`. */
  readonly absent: readonly string[];
}

/**
 * Looks at each clause of the filters by itself, a clause being what `and` joins. Costs as much as the rules again: ask it only when
 * nothing is left. Empty if each clause alone leaves an item.
 *
 * @param members The rows that could be left.
 */
export function blockingClauses(
  rules: readonly CompiledRule[],
  catalogue: Catalogue,
  { request, members }: { readonly request: RuleRequest; readonly members: Bitmap },
): BlockingClause[] {
  return rules.flatMap(({ text }) => {
    const statement = parseRule(text);
    if (statement.kind !== "filter") return [];
    return clausesOf(statement.condition).flatMap((clause) => {
      const own = text.slice(clause.start, clause.end);
      const rule = compileRule(own, catalogue.schema, "filter");
      const { allowed } = applyRules([rule], catalogue, request);
      if (countCommonBits(allowed, members) > 0) return [];
      const absent = propertiesIn(clause).filter(({ owner, name }) => {
        const values = owner === "item" ? null : request[owner];
        return values !== null && (Object.hasOwn(values, name) ? (values[name] ?? null) : null) === null;
      });
      return [{ text: own, absent: [...new Set(absent.map(({ owner, name }) => `${owner}.${name}`))] }];
    });
  });
}

function clausesOf(condition: Expression): readonly Expression[] {
  return condition.kind === "and" ? condition.operands.flatMap(clausesOf) : [condition];
}

type Property = Extract<Expression, { kind: "property" }>;

function propertiesIn(expression: Expression): readonly Property[] {
  switch (expression.kind) {
    case "property":
      return [expression];
    case "literal":
      return [];
    case "list":
      return expression.values.flatMap(propertiesIn);
    case "call":
      return expression.args.flatMap(propertiesIn);
    case "not":
    case "minus":
      return propertiesIn(expression.operand);
    case "binary":
      return [expression.left, expression.right].flatMap(propertiesIn);
    case "and":
    case "or":
      return expression.operands.flatMap(propertiesIn);
  }
}
