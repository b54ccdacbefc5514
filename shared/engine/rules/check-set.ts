/** The types of `in`, `not in`, `contains`, `contains any` and `contains all`. */

import { singleText } from "./check-comparison.ts";
import type { CheckContext } from "./check-context.ts";
import type { BooleanNode, NumberNode, NumbersNode, RequestValue, TextsNode } from "./checked.ts";
import {
  hasPart,
  hasTags,
  inNumbers,
  inTexts,
  negated,
  numbersNode,
  textHasPart,
  textsMeet,
  textsNode,
} from "./nodes.ts";
import type { SetOperator } from "./syntax.ts";
import { isNumeric, type NumberType, nameOf, type Typed } from "./typed.ts";

interface Pair {
  readonly operator: SetOperator;
  readonly left: Typed;
  readonly right: Typed;
}

export function checkSet(context: CheckContext, { operator, left, right }: Pair): BooleanNode {
  if (operator === "in") return checkIn(context, left, right);
  if (operator === "not in") return negated(checkIn(context, left, right));
  return checkContains(context, { operator, left, right });
}

function checkIn(context: CheckContext, left: Typed, right: Typed): BooleanNode {
  if (right.type === "tags" || right.type === "category") {
    return hasTags(right.name, singleText(context, left), false);
  }
  if (right.type !== "list" && right.type !== "request") {
    return context.fail(right, `${context.source(right)} is ${nameOf(right.type)}`, {
      expected: 'a list, such as ["a", "b"]',
      suggestion: isConstant(right) ? `[${context.source(right)}]` : undefined,
    });
  }
  if (isNumeric(left)) return inNumbers(left.node, numbersOf(context, right, left.type));
  if (left.type === "request" && right.type === "list" && right.values.some(isNumeric)) {
    const type = (right.values.find(isNumeric) as { type: NumberType }).type;
    return inNumbers(context.asNumber(left, type), numbersOf(context, right, type));
  }
  const values = textsOf(context, right);
  if (left.type === "string column" || left.type === "category") return inTexts(left.name, values);
  if (left.type === "tags" || left.type === "text") {
    return context.fail(
      left,
      `${context.source(left)} is ${nameOf(left.type)}, which is not one value of a list`,
      {
        suggestion:
          left.type === "tags" ? `${context.source(left)} contains any ${context.source(right)}` : undefined,
      },
    );
  }
  return textsMeet(values, singleText(context, left), false);
}

function isConstant({ type }: Typed): boolean {
  return type === "string" || type === "number";
}

function checkContains(context: CheckContext, { operator, left, right }: Pair): BooleanNode {
  const isAll = operator === "contains all";
  switch (left.type) {
    case "tags":
    case "category":
      return hasTags(left.name, valuesOf(context, operator, right), isAll);
    case "string column":
      refuseSeveral(context, operator, left);
      return hasPart(left.name, singleText(context, right));
    case "string":
      refuseSeveral(context, operator, left);
      return textHasPart(textsNode([left.value], true), singleText(context, right));
    case "request":
    case "list":
      return textsMeet(textsOf(context, left), valuesOf(context, operator, right), isAll);
    default:
      return context.fail(left, `${context.source(left)} is ${nameOf(left.type)}, which contains nothing`, {
        expected: "tags, a category, a text or a list",
        suggestion: left.type === "text" ? `${context.source(left)} != null` : undefined,
      });
  }
}

/** `contains` takes one value, `contains any` and `contains all` a list. */
function valuesOf(context: CheckContext, operator: SetOperator, right: Typed): TextsNode {
  if (operator !== "contains") {
    if (right.type === "list" || right.type === "request") return textsOf(context, right);
    return context.fail(right, `${context.source(right)} is ${nameOf(right.type)}`, {
      expected: `a list after "${operator}"`,
      suggestion: isConstant(right) ? `[${context.source(right)}]` : undefined,
    });
  }
  if (right.type !== "list") return singleText(context, right);
  return context.fail(right, '"contains" takes one value', {
    suggestion: '"contains any" or "contains all"',
  });
}

function refuseSeveral(context: CheckContext, operator: SetOperator, left: Typed): void {
  if (operator === "contains") return;
  context.fail(left, `${context.source(left)} is one text; "${operator}" needs tags, a category or a list`, {
    suggestion: '"contains"',
  });
}

function textsOf(context: CheckContext, typed: Typed): TextsNode {
  if (typed.type === "request") return textsNode([typed.value], false);
  const values = typed.type === "list" ? typed.values : [typed];
  const parts = values.map((value): string | RequestValue => {
    if (value.type === "string" || value.type === "request") return value.value;
    return context.fail(value, `${context.source(value)} is ${nameOf(value.type)}`, {
      expected: "a text",
      suggestion: value.type === "number" ? `"${context.source(value)}"` : undefined,
    });
  });
  return textsNode(parts, false);
}

function numbersOf(context: CheckContext, typed: Typed, type: NumberType): NumbersNode {
  if (typed.type === "request") return numbersNode([typed.value], type);
  const values = typed.type === "list" ? typed.values : [typed];
  const parts = values.map((value): NumberNode | RequestValue => {
    if (value.type === "request") return value.value;
    const node = context.asNumber(value, type);
    if (!node.perItem) return node;
    return context.fail(value, "A list holds values of the rule and of the request, not of the item", {
      suggestion: `== ${context.source(value)}`,
    });
  });
  return numbersNode(parts, type);
}
