/** Makes the nodes of checked rules, with what they depend on. */
import type {
  BooleanNode,
  Facts,
  NumberFunction,
  NumberNode,
  NumbersNode,
  RequestValue,
  TextsNode,
} from "./checked.ts";
import type { ArithmeticOperator } from "./syntax.ts";

const NEVER = { perItem: false, perRequest: false };
const BY_ITEM = { perItem: true, perRequest: false };
const BY_REQUEST = { perItem: false, perRequest: true };

/** The facts of a node with these inputs. */
function joined(key: string, inputs: readonly Facts[]): Facts {
  return {
    key,
    perItem: inputs.some(({ perItem }) => perItem),
    perRequest: inputs.some(({ perRequest }) => perRequest),
  };
}

function keysOf(inputs: readonly Facts[]): string {
  return inputs.map(({ key }) => key).join(",");
}

function columnKey(name: string): string {
  return `item[${JSON.stringify(name)}]`;
}

function requestKey({ owner, name }: RequestValue): string {
  return `${owner}[${JSON.stringify(name)}]`;
}

export function constantNumber(value: number): NumberNode {
  return { kind: "constant", value, ...NEVER, key: String(value) };
}

export function numberColumn(name: string): NumberNode {
  return { kind: "column", name, ...BY_ITEM, key: columnKey(name) };
}

export function flagColumn(name: string): NumberNode {
  return { kind: "flag", name, ...BY_ITEM, key: `flag(${columnKey(name)})` };
}

export function truth(condition: BooleanNode): NumberNode {
  return { kind: "truth", condition, ...joined(`truth(${condition.key})`, [condition]) };
}

export function requestNumber(value: RequestValue, type: "number" | "date" | "boolean"): NumberNode {
  return { kind: "request", value, type, ...BY_REQUEST, key: `${type}(${requestKey(value)})` };
}

export function nowNode(): NumberNode {
  return { kind: "now", ...BY_REQUEST, key: "now()" };
}

export function countNode(event: string, windowMs: number): NumberNode {
  const key = `count(${JSON.stringify(event)},${windowMs})`;
  return { kind: "count", event, windowMs, perItem: true, perRequest: true, key };
}

export function arithmetic(operator: ArithmeticOperator, left: NumberNode, right: NumberNode): NumberNode {
  return {
    kind: "arithmetic",
    operator,
    left,
    right,
    ...joined(`(${left.key}${operator}${right.key})`, [left, right]),
  };
}

export function numberFunction(name: NumberFunction, args: readonly NumberNode[]): NumberNode {
  return { kind: "function", name, args, ...joined(`${name}(${keysOf(args)})`, args) };
}

export function choice(condition: BooleanNode, then: NumberNode, otherwise: NumberNode): NumberNode {
  const inputs = [condition, then, otherwise];
  return { kind: "if", condition, then, otherwise, ...joined(`if(${keysOf(inputs)})`, inputs) };
}

export function textsNode(parts: readonly (string | RequestValue)[], isSingle: boolean): TextsNode {
  const key = parts.map((part) => (typeof part === "string" ? JSON.stringify(part) : requestKey(part)));
  const perRequest = parts.some((part) => typeof part !== "string");
  return { kind: "texts", parts, isSingle, perItem: false, perRequest, key: `[${key.join(",")}]` };
}

export function numbersNode(
  parts: readonly (NumberNode | RequestValue)[],
  type: NumbersNode["type"],
): NumbersNode {
  const key = parts.map((part) => ("key" in part ? part.key : requestKey(part)));
  const perRequest = parts.some((part) => !("key" in part) || part.perRequest);
  return { kind: "numbers", parts, type, perItem: false, perRequest, key: `[${key.join(",")}]` };
}

export function constantBoolean(value: boolean): BooleanNode {
  return { kind: "constant", value, ...NEVER, key: String(value) };
}

export function flagCondition(name: string): BooleanNode {
  return { kind: "flag", name, ...BY_ITEM, key: columnKey(name) };
}

export function requestCondition(value: RequestValue): BooleanNode {
  return { kind: "request", value, ...BY_REQUEST, key: requestKey(value) };
}

export function compare(operator: "<" | "<=" | "==", left: NumberNode, right: NumberNode): BooleanNode {
  return {
    kind: "compare",
    operator,
    left,
    right,
    ...joined(`(${left.key}${operator}${right.key})`, [left, right]),
  };
}

export function negated(operand: BooleanNode): BooleanNode {
  return { kind: "not", operand, ...joined(`not(${operand.key})`, [operand]) };
}

export function combined(kind: "and" | "or", operands: readonly BooleanNode[]): BooleanNode {
  return { kind, operands, ...joined(`${kind}(${keysOf(operands)})`, operands) };
}

export function inTexts(name: string, values: TextsNode): BooleanNode {
  return { kind: "in-texts", name, values, ...itemWith(`${columnKey(name)}in${values.key}`, values) };
}

export function inNumbers(value: NumberNode, values: NumbersNode): BooleanNode {
  return { kind: "in-numbers", value, values, ...joined(`${value.key}in${values.key}`, [value, values]) };
}

export function sameText(left: string, right: string): BooleanNode {
  return { kind: "same-text", left, right, ...BY_ITEM, key: `${columnKey(left)}==${columnKey(right)}` };
}

export function hasTags(name: string, values: TextsNode, isAll: boolean): BooleanNode {
  const key = `${columnKey(name)}contains ${isAll ? "all" : "any"}${values.key}`;
  return { kind: "has-tags", name, values, isAll, ...itemWith(key, values) };
}

export function hasPart(name: string, part: TextsNode): BooleanNode {
  return { kind: "has-part", name, part, ...itemWith(`${columnKey(name)}contains${part.key}`, part) };
}

export function present(name: string): BooleanNode {
  return { kind: "present", name, ...BY_ITEM, key: `present(${columnKey(name)})` };
}

export function presentNumber(value: NumberNode): BooleanNode {
  return { kind: "present-number", value, ...joined(`present(${value.key})`, [value]) };
}

export function presentRequest(value: RequestValue): BooleanNode {
  return { kind: "present-request", value, ...BY_REQUEST, key: `present(${requestKey(value)})` };
}

export function textsMeet(left: TextsNode, right: TextsNode, isAll: boolean): BooleanNode {
  const key = `${left.key}meets ${isAll ? "all" : "any"}${right.key}`;
  return { kind: "texts-meet", left, right, isAll, ...joined(key, [left, right]) };
}

export function textHasPart(text: TextsNode, part: TextsNode): BooleanNode {
  return { kind: "text-has-part", text, part, ...joined(`${text.key}contains${part.key}`, [text, part]) };
}

export function sameRequest(left: RequestValue, right: RequestValue): BooleanNode {
  return {
    kind: "same-request",
    left,
    right,
    ...BY_REQUEST,
    key: `${requestKey(left)}==${requestKey(right)}`,
  };
}

function itemWith(key: string, input: Facts): Facts {
  return { key, perItem: true, perRequest: input.perRequest };
}
