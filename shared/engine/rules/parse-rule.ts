import { MAX_POSITION } from "./limits.ts";
import { Parser } from "./parser.ts";
import type { Expression, Statement } from "./syntax.ts";

const MORE = 'an operator such as "==", "and", "in", or the end of the rule';

/** Reads a whole rule: a filter, a boost, a pin or a cap. Throws RuleError. */
export function parseRule(text: string): Statement {
  const parser = new Parser(text);
  const statement = parseStatement(parser);
  if (parser.token.kind !== "end") parser.unexpected(MORE);
  return statement;
}

function parseStatement(parser: Parser): Statement {
  if (beginsWith(parser, "multiply")) return parseBoost(parser, "multiply");
  if (beginsWith(parser, "add")) return parseBoost(parser, "add");
  if (beginsWith(parser, "pin")) return parsePin(parser);
  if (beginsWith(parser, "at")) return parseCap(parser);
  return { kind: "filter", condition: parser.expression() };
}

/** Takes the statement's first word. */
function beginsWith(parser: Parser, word: string): boolean {
  return parser.takeWord(word);
}

function parseBoost(parser: Parser, operation: "multiply" | "add"): Statement {
  const amount = parser.expression();
  return { kind: "boost", operation, amount, where: parseWhere(parser) };
}

function parsePin(parser: Parser): Statement {
  const condition = parser.expression();
  if (!parser.takeWord("at")) parser.unexpected('"at" and a position, as in pin item.id == "a" at 1');
  return { kind: "pin", condition, position: parseWhole(parser, "a position") };
}

function parseCap(parser: Parser): Statement {
  if (!parser.takeWord("most")) parser.unexpected('"most", as in at most 2 per item.brand');
  const most = parseWhole(parser, "a number of items");
  const per = parser.takeWord("per") ? parseProperty(parser) : null;
  return { kind: "cap", most, per, where: parseWhere(parser) };
}

function parseWhere(parser: Parser): Expression | null {
  return parser.takeWord("where") ? parser.expression() : null;
}

function parseProperty(parser: Parser): Expression {
  const start = parser.token;
  const per = parser.expression();
  if (per.kind === "property" && per.owner === "item") return per;
  return parser.fail({ start: start.start, end: per.end }, "A cap counts by one property of the item", {
    expected: "a property, such as item.brand",
  });
}

function parseWhole(parser: Parser, what: string): number {
  const { token } = parser;
  const isWhole = token.kind === "number" && Number.isInteger(token.value);
  if (!isWhole || token.value < 1 || token.value > MAX_POSITION) {
    parser.unexpected(`${what} from 1 to ${MAX_POSITION}`);
  }
  return parser.take().value;
}
