/** Reads expressions: a recursive descent with one function for each level of the grammar in docs/guides/rules.md. */
import { type Token, tokensOf } from "./lexer.ts";
import { MAX_LIST_VALUES, MAX_RULE_DEPTH, MAX_RULE_NODES } from "./limits.ts";
import { nearestName } from "./nearest-name.ts";
import { RuleError, type Span } from "./rule-error.ts";
import type { BinaryOperator, Expression, Owner } from "./syntax.ts";

const OWNERS: readonly Owner[] = ["item", "user", "context"];
const COMPARISONS: readonly string[] = ["==", "!=", "<", "<=", ">", ">="];
const WORDS = ["and", "or", "not", "in", "contains", "true", "false", "null"] as const;
type Word = (typeof WORDS)[number];

const VALUE = 'a value, such as 12, "text", item.price or (…)';

export class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #nodes = 0;
  #listValues = 0;

  /** Throws RuleError for what cannot be split into tokens. */
  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  get token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  /** Whether the next token is this word, in any case, and does not begin a property or a call. */
  isWord(word: string): boolean {
    return this.token.kind === "name" && this.token.text.toLowerCase() === word;
  }

  /** Takes the next token if it is this word. */
  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.#at++;
    return true;
  }

  isMark(mark: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === "mark" && token.text === mark;
  }

  takeMark(mark: string): boolean {
    if (!this.isMark(mark)) return false;
    this.#at++;
    return true;
  }

  take(): Token {
    const { token } = this;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  fail(
    span: Span,
    reason: string,
    hints: { expected?: string; suggestion?: string | undefined } = {},
  ): never {
    throw new RuleError(this.#text, { span, reason, ...hints });
  }

  /** Refuses the next token, naming it. */
  unexpected(expected: string, suggestion?: string): never {
    const { token } = this;
    const reason =
      token.kind === "end" ? "The rule ends here" : `${this.#quoted(token)} does not belong here`;
    return this.fail(token, reason, { expected, suggestion });
  }

  #quoted({ start, end }: Span): string {
    const text = this.#text.slice(start, end);
    return text.startsWith('"') ? text : `"${text}"`;
  }

  expression(): Expression {
    return this.#joined("or", () => this.#joined("and", () => this.#negation()));
  }

  #joined(word: "and" | "or", operand: () => Expression): Expression {
    const first = operand();
    if (!this.isWord(word)) return first;
    const operands = [first];
    while (this.takeWord(word)) operands.push(operand());
    const end = (operands[operands.length - 1] as Expression).end;
    return this.#node({ kind: word, operands, start: first.start, end });
  }

  #negation(): Expression {
    const { start } = this.token;
    if (!this.isWord("not")) return this.#comparison();
    this.#at++;
    const operand = this.#deeper(() => this.#negation());
    return this.#node({ kind: "not", operand, start, end: operand.end });
  }

  #comparison(): Expression {
    const left = this.#sum();
    const operator = this.#takeComparison();
    if (!operator) return left;
    const right = this.#sum();
    const comparison = this.#binary(left, operator, right);
    const next = this.token;
    if (this.#takeComparison()) {
      this.fail(next, "A comparison cannot be compared", { suggestion: 'two comparisons joined by "and"' });
    }
    return comparison;
  }

  #takeComparison(): { operator: BinaryOperator; span: Span } | null {
    const { token } = this;
    const found = (operator: BinaryOperator) => ({ operator, span: this.#since(token.start) });
    if (token.kind === "mark" && COMPARISONS.includes(token.text)) {
      this.#at++;
      return found(token.text as BinaryOperator);
    }
    if (this.takeWord("in")) return found("in");
    if (this.takeWord("contains")) {
      if (this.takeWord("any")) return found("contains any");
      return found(this.takeWord("all") ? "contains all" : "contains");
    }
    if (!this.takeWord("not")) return null;
    return this.takeWord("in") ? found("not in") : this.unexpected('"in" after "not"');
  }

  #since(start: number): Span {
    return { start, end: (this.#tokens[this.#at - 1] as Token).end };
  }

  #sum(): Expression {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/"], () => this.#signed()));
  }

  #chain(marks: readonly ("+" | "-" | "*" | "/")[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const span = this.token;
      const operator = marks.find((mark) => this.takeMark(mark));
      if (!operator) return left;
      left = this.#binary(left, { operator, span }, operand());
    }
  }

  #binary(
    left: Expression,
    { operator, span }: { operator: BinaryOperator; span: Span },
    right: Expression,
  ): Expression {
    const operatorSpan = { start: span.start, end: span.end };
    return this.#node({
      kind: "binary",
      operator,
      operatorSpan,
      left,
      right,
      start: left.start,
      end: right.end,
    });
  }

  #signed(): Expression {
    const { start } = this.token;
    if (!this.takeMark("-")) return this.#primary();
    const operand = this.#deeper(() => this.#signed());
    return this.#node({ kind: "minus", operand, start, end: operand.end });
  }

  #primary(): Expression {
    const { token } = this;
    switch (token.kind) {
      case "number":
        this.#at++;
        return this.#node({ kind: "literal", value: token.value, start: token.start, end: token.end });
      case "string":
        this.#at++;
        return this.#node({ kind: "literal", value: token.text, start: token.start, end: token.end });
      case "name":
        return this.#named(token);
      default:
        if (this.takeMark("(")) return this.#group();
        return this.takeMark("[") ? this.#list(token.start) : this.unexpected(VALUE);
    }
  }

  #group(): Expression {
    const inner = this.#deeper(() => this.expression());
    if (!this.takeMark(")")) this.unexpected('")"');
    return inner;
  }

  #list(start: number): Expression {
    const values = this.#deeper(() => this.#separated("]"));
    this.#listValues += values.length;
    const { end } = this.#since(start);
    if (this.#listValues > MAX_LIST_VALUES) {
      this.fail({ start, end }, `The lists of the rule have more than ${MAX_LIST_VALUES} values`);
    }
    return this.#node({ kind: "list", values, start, end });
  }

  /** Expressions between commas, up to a closing mark. A comma may follow the last one. */
  #separated(closing: ")" | "]"): Expression[] {
    const values: Expression[] = [];
    while (!this.takeMark(closing)) {
      values.push(closing === "]" ? this.#listValue() : this.expression());
      if (!this.takeMark(",") && !this.isMark(closing)) this.unexpected(`"," or "${closing}"`);
    }
    return values;
  }

  /** Constants in lists do not count as parts of the rule. */
  #listValue(): Expression {
    const { kind } = this.token;
    const before = this.#nodes;
    const value = this.expression();
    if ((kind === "string" || kind === "number") && value.kind === "literal") this.#nodes = before;
    return value;
  }

  #named(token: Token): Expression {
    this.#at++;
    const owner = OWNERS.find((name) => name === token.text);
    if (owner && (this.isMark(".") || this.isMark("["))) return this.#property(owner, token);
    if (this.takeMark("(")) {
      const args = this.#deeper(() => this.#separated(")"));
      return this.#node({
        kind: "call",
        name: token.text,
        nameSpan: { start: token.start, end: token.end },
        args,
        ...this.#since(token.start),
      });
    }
    const word = WORDS.find((name) => name === token.text.toLowerCase());
    if (word === undefined) return this.#unknownName(token);
    return this.#wordValue(word, token);
  }

  #wordValue(word: Word, token: Token): Expression {
    const { start, end } = token;
    if (word === "true" || word === "false") {
      return this.#node({ kind: "literal", value: word === "true", start, end });
    }
    if (word === "null") return this.#node({ kind: "literal", value: null, start, end });
    return this.fail(token, `"${token.text}" does not belong here`, { expected: VALUE });
  }

  #unknownName(token: Token): never {
    if (OWNERS.some((name) => name === token.text)) {
      this.fail(token, `"${token.text}" stands alone`, {
        expected: `a property, such as ${token.text}.price`,
      });
    }
    const near = this.isMark(".") ? nearestName(token.text, OWNERS) : nearestName(token.text, WORDS);
    const suggestion =
      near ?? (this.isMark(".") ? "item" : `item.${token.text}, or "${token.text}" in quotes`);
    return this.fail(token, `"${token.text}" is not a word of the language`, { suggestion });
  }

  #property(owner: Owner, token: Token): Expression {
    if (this.takeMark("[")) {
      const name = this.token;
      if (name.kind !== "string") this.unexpected("the name of a property in quotes");
      this.#at++;
      if (!this.takeMark("]")) this.unexpected('"]"');
      return this.#propertyNode(owner, name, token.start);
    }
    this.#at++;
    const name = this.token;
    if (name.kind !== "name")
      this.unexpected('the name of a property, or item["name"] for one with other characters');
    this.#at++;
    return this.#propertyNode(owner, name, token.start);
  }

  #propertyNode(owner: Owner, name: Token, start: number): Expression {
    const nameSpan = { start: name.start, end: name.end };
    return this.#node({ kind: "property", owner, name: name.text, nameSpan, ...this.#since(start) });
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > MAX_RULE_DEPTH) {
      this.fail(this.token, `The rule is nested more than ${MAX_RULE_DEPTH} levels deep`);
    }
    const value = read();
    this.#depth--;
    return value;
  }

  #node<T extends Expression>(node: T): T {
    if (++this.#nodes > MAX_RULE_NODES) {
      const suggestion = 'a list, as in item.brand in ["a", "b"]';
      this.fail(node, `The rule has more than ${MAX_RULE_NODES} parts`, { suggestion });
    }
    return node;
  }
}
