import { type ColumnSchema, ID_COLUMN } from "../catalogue/column.ts";
import { checkArithmetic } from "./check-arithmetic.ts";
import { checkCall } from "./check-call.ts";
import { checkComparison } from "./check-comparison.ts";
import { CheckContext } from "./check-context.ts";
import { checkSet } from "./check-set.ts";
import type { BooleanNode, CheckedRule } from "./checked.ts";
import { nearestName } from "./nearest-name.ts";
import {
  arithmetic,
  combined,
  constantBoolean,
  constantNumber,
  flagCondition,
  negated,
  numberColumn,
} from "./nodes.ts";
import type { ArithmeticOperator, ComparisonOperator, Expression, SetOperator, Statement } from "./syntax.ts";
import { isNumeric, nameOf, type Typed } from "./typed.ts";

/** Checks a rule against the columns of a catalogue. Throws RuleError with the first fault. */
export function checkRule(text: string, statement: Statement, schema: readonly ColumnSchema[]): CheckedRule {
  const checker = new Checker(text, schema);
  switch (statement.kind) {
    case "filter":
      return { kind: "filter", condition: checker.condition(statement.condition) };
    case "boost": {
      const amount = checker.amount(statement.amount);
      const where = statement.where && checker.condition(statement.where);
      return { kind: "boost", operation: statement.operation, amount, where };
    }
    case "pin":
      return { kind: "pin", condition: checker.condition(statement.condition), position: statement.position };
    case "cap": {
      const per = statement.per && checker.group(statement.per);
      const where = statement.where && checker.condition(statement.where);
      return { kind: "cap", most: statement.most, per, where };
    }
  }
}

class Checker {
  readonly #context: CheckContext;

  constructor(text: string, schema: readonly ColumnSchema[]) {
    this.#context = new CheckContext(text, schema);
  }

  condition(expression: Expression): BooleanNode {
    return this.#context.asCondition(this.#check(expression));
  }

  amount(expression: Expression) {
    return this.#context.asNumber(this.#check(expression), "number");
  }

  /** The column that a cap counts by. */
  group(expression: Expression): string {
    const typed = this.#check(expression);
    const name = expression.kind === "property" ? expression.name : "";
    if (typed.type !== "tags" && typed.type !== "text") return name;
    return this.#context.fail(expression, `${this.#context.source(expression)} is ${nameOf(typed.type)}`, {
      expected: "a property with one value for each item",
    });
  }

  #check(expression: Expression): Typed {
    const { start, end } = expression;
    switch (expression.kind) {
      case "literal":
        return literal(expression.value, start, end);
      case "list":
        return { type: "list", values: expression.values.map((value) => this.#check(value)), start, end };
      case "property":
        return this.#property(expression);
      case "call": {
        const args = expression.args.map((arg) => this.#check(arg));
        return checkCall(this.#context, { ...expression, args });
      }
      case "not":
        return boolean(negated(this.condition(expression.operand)), start, end);
      case "minus":
        return this.#minus(this.#check(expression.operand), start, end);
      case "and":
      case "or": {
        const operands = expression.operands.map((operand) => this.condition(operand));
        return boolean(combined(expression.kind, operands), start, end);
      }
      case "binary":
        return this.#binary(expression);
    }
  }

  #binary(expression: Extract<Expression, { kind: "binary" }>): Typed {
    const { operator, start, end } = expression;
    const sides = { left: this.#check(expression.left), right: this.#check(expression.right), start, end };
    switch (operator) {
      case "+":
      case "-":
      case "*":
      case "/":
        return checkArithmetic(this.#context, { operator: operator as ArithmeticOperator, ...sides });
      case "in":
      case "not in":
      case "contains":
      case "contains any":
      case "contains all":
        return this.#visited(
          checkSet(this.#context, { operator: operator as SetOperator, ...sides }),
          expression,
        );
      default:
        return this.#visited(
          checkComparison(this.#context, { operator: operator as ComparisonOperator, ...sides }),
          expression,
        );
    }
  }

  #visited(node: BooleanNode, { start, end }: Expression): Typed {
    return boolean(this.#context.visit(node, { start, end }), start, end);
  }

  #minus(operand: Typed, start: number, end: number): Typed {
    const type = isNumeric(operand) ? operand.type : "number";
    if (type === "date") {
      this.#context.fail(operand, `${this.#context.source(operand)} is a date, which has no negative`);
    }
    const node = this.#context.asNumber(operand, type);
    if (node.kind === "constant") return { type, node: constantNumber(-node.value), start, end };
    return {
      type,
      node: this.#context.visit(arithmetic("-", constantNumber(0), node), operand),
      start,
      end,
    };
  }

  #property({ owner, name, nameSpan, start, end }: Extract<Expression, { kind: "property" }>): Typed {
    if (owner !== "item") return { type: "request", value: { owner, name }, start, end };
    if (name === ID_COLUMN) return { type: "string column", name, start, end };
    const column = this.#context.columns.get(name);
    if (!column) {
      const near = nearestName(name, [ID_COLUMN, ...this.#context.columns.keys()]);
      return this.#context.fail(nameSpan, `Items have no property "${name}"`, {
        suggestion: near === null ? undefined : propertyText(near),
      });
    }
    switch (column.type) {
      case "number":
      case "date":
        return { type: column.type, node: numberColumn(name), start, end };
      case "boolean":
        return { type: "boolean", node: flagCondition(name), flag: name, start, end };
      case "string":
        return { type: "string column", name, start, end };
      default:
        return { type: column.type, name, start, end };
    }
  }
}

function propertyText(name: string): string {
  return /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(name) ? `item.${name}` : `item[${JSON.stringify(name)}]`;
}

function boolean(node: BooleanNode, start: number, end: number): Typed {
  return { type: "boolean", node, flag: null, start, end };
}

function literal(value: number | string | boolean | null, start: number, end: number): Typed {
  if (value === null) return { type: "null", start, end };
  if (typeof value === "number") return { type: "number", node: constantNumber(value), start, end };
  if (typeof value === "string") return { type: "string", value, start, end };
  return boolean(constantBoolean(value), start, end);
}
