/** The types of `==`, `!=`, `<`, `<=`, `>` and `>=`. */
import type { CheckContext } from "./check-context.ts";
import type { BooleanNode } from "./checked.ts";
import {
  compare,
  inTexts,
  negated,
  present,
  presentNumber,
  presentRequest,
  sameRequest,
  sameText,
  textsMeet,
  textsNode,
} from "./nodes.ts";
import type { Span } from "./rule-error.ts";
import type { ComparisonOperator } from "./syntax.ts";
import { isNumeric, type NumberType, nameOf, type Typed } from "./typed.ts";

interface Pair extends Span {
  readonly operator: ComparisonOperator;
  readonly left: Typed;
  readonly right: Typed;
}

export function checkComparison(context: CheckContext, pair: Pair): BooleanNode {
  const { operator, left, right } = pair;
  if (operator === "==") return checkEquality(context, pair);
  if (operator === "!=") return negated(checkEquality(context, pair));
  const type = orderedType(context, pair);
  const [small, large] = operator === "<" || operator === "<=" ? [left, right] : [right, left];
  const isStrict = operator === "<" || operator === ">";
  return compare(isStrict ? "<" : "<=", context.asNumber(small, type), context.asNumber(large, type));
}

function orderedType(context: CheckContext, { operator, left, right }: Pair): NumberType {
  const numeric = [left, right].find(isNumeric);
  if (numeric) return numeric.type;
  if (left.type === "request" && right.type === "request") return "number";
  const wrong = left.type === "request" ? right : left;
  return context.fail(
    wrong,
    `${context.source(wrong)} is ${nameOf(wrong.type)}; "${operator}" compares numbers and dates`,
    {
      expected: "a number or a date",
      suggestion: wrong.type === "string" ? `date(${context.source(wrong)})` : undefined,
    },
  );
}

/** `==`; the column, if there is one, comes first. */
function checkEquality(context: CheckContext, pair: Pair): BooleanNode {
  const { left, right } = pair;
  if (left.type === "null" || right.type === "null") return checkNull(context, pair);
  if (isNumeric(left)) return compare("==", left.node, context.asNumber(right, left.type));
  if (isNumeric(right)) return compare("==", context.asNumber(left, right.type), right.node);
  if (left.type === "boolean" || right.type === "boolean") {
    return compare("==", context.asTruth(left), context.asTruth(right));
  }
  for (const typed of [left, right]) refuseInEquality(context, typed);
  return isColumn(right) && !isColumn(left)
    ? textEquality(context, right, left)
    : textEquality(context, left, right);
}

function isColumn({ type }: Typed): boolean {
  return type === "string column" || type === "category";
}

function refuseInEquality(context: CheckContext, typed: Typed): void {
  const { type } = typed;
  if (type !== "tags" && type !== "text" && type !== "list") return;
  const source = context.source(typed);
  const suggestion =
    type === "tags"
      ? `${source} contains "…"`
      : type === "list"
        ? '"in" instead of "=="'
        : `${source} != null`;
  context.fail(typed, `${source} is ${nameOf(type)}, which does not equal a single value`, { suggestion });
}

function textEquality(context: CheckContext, left: Typed, right: Typed): BooleanNode {
  if (left.type === "string column" || left.type === "category") {
    if (right.type === "string column" || right.type === "category") return sameText(left.name, right.name);
    return inTexts(left.name, singleText(context, right));
  }
  if (left.type === "request" && right.type === "request") return sameRequest(left.value, right.value);
  return textsMeet(singleText(context, left), singleText(context, right), false);
}

/** A constant text, or one of the request. */
export function singleText(context: CheckContext, typed: Typed) {
  if (typed.type === "string") return textsNode([typed.value], true);
  if (typed.type === "request") return textsNode([typed.value], true);
  return context.fail(typed, `${context.source(typed)} is ${nameOf(typed.type)}`, { expected: "a text" });
}

function checkNull(context: CheckContext, pair: Pair): BooleanNode {
  const tested = pair.left.type === "null" ? pair.right : pair.left;
  if (isNumeric(tested)) return negated(presentNumber(tested.node));
  switch (tested.type) {
    case "string column":
    case "category":
    case "tags":
    case "text":
      return negated(present(tested.name));
    case "request":
      return negated(presentRequest(tested.value));
    case "boolean":
      if (tested.flag !== null) return negated(present(tested.flag));
      break;
    default:
  }
  return context.fail(pair, `${context.source(tested)} always has a value`, {
    expected: "a property compared to null",
  });
}
