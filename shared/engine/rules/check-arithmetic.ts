import type { CheckContext } from "./check-context.ts";
import { arithmetic } from "./nodes.ts";
import type { Span } from "./rule-error.ts";
import type { ArithmeticOperator } from "./syntax.ts";
import { isNumeric, type NumberType, nameOf, type Typed } from "./typed.ts";

/** Operand and result types of each operator, `left operator right → result`. */
const SIGNATURES: readonly (readonly [NumberType, string, NumberType, NumberType])[] = [
  ["number", "+-*/", "number", "number"],
  ["date", "+-", "duration", "date"],
  ["duration", "+", "date", "date"],
  ["date", "-", "date", "duration"],
  ["duration", "+-", "duration", "duration"],
  ["number", "*", "duration", "duration"],
  ["duration", "*/", "number", "duration"],
  ["duration", "/", "duration", "number"],
];

/** The type of `+`, `-`, `*` or `/`. A value of the request takes the first type that fits the other side. */
export function checkArithmetic(
  context: CheckContext,
  { operator, left, right, ...span }: Span & { operator: ArithmeticOperator; left: Typed; right: Typed },
): Typed {
  for (const typed of [left, right]) {
    if (isNumeric(typed) || typed.type === "request") continue;
    context.fail(
      typed,
      `${context.source(typed)} is ${nameOf(typed.type)}; "${operator}" takes numbers, dates and durations`,
      {
        suggestion: typed.type === "string" ? `date(${context.source(typed)})` : undefined,
      },
    );
  }
  const found = SIGNATURES.find(
    ([first, operators, second]) => operators.includes(operator) && fits(left, first) && fits(right, second),
  );
  if (found) {
    const [first, , second, type] = found;
    const node = arithmetic(operator, context.asNumber(left, first), context.asNumber(right, second));
    return { type, node: context.visit(node, span), start: span.start, end: span.end };
  }
  const reason = `"${operator}" does not fit ${nameOf(left.type)} and ${nameOf(right.type)}`;
  const hasNumber = left.type === "number" || right.type === "number" || right.type === "request";
  const wrong = right.type === "date" ? left : right;
  const suggestion = hasNumber && operator !== "*" ? `days(${context.source(wrong)})` : undefined;
  return context.fail(span, reason, { suggestion });
}

function fits(typed: Typed, type: NumberType): boolean {
  return typed.type === type || (typed.type === "request" && type !== "duration");
}
