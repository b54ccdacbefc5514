import type { ColumnSchema } from "../catalogue/column.ts";
import type { BooleanNode, NumberNode } from "./checked.ts";
import { MAX_ITEM_PASSES } from "./limits.ts";
import { flagColumn, requestCondition, requestNumber, truth } from "./nodes.ts";
import { RuleError, type Span } from "./rule-error.ts";
import { isNumeric, type NumberType, nameOf, type Typed } from "./typed.ts";

interface Hints {
  readonly expected?: string | undefined;
  readonly suggestion?: string | undefined;
}

/** What the checker of one rule shares between its parts. */
export class CheckContext {
  readonly text: string;
  readonly columns: ReadonlyMap<string, ColumnSchema>;
  #passes = 0;

  constructor(text: string, schema: readonly ColumnSchema[]) {
    this.text = text;
    this.columns = new Map(schema.map((column) => [column.name, column]));
  }

  fail(span: Span, reason: string, hints: Hints = {}): never {
    throw new RuleError(this.text, { span, reason, ...hints });
  }

  /** The part of the rule's text, for messages. */
  source({ start, end }: Span): string {
    return this.text.slice(start, end);
  }

  /** Counts a part that visits every item, and refuses one too many. */
  visit<T extends { readonly perItem: boolean }>(node: T, span: Span): T {
    if (node.perItem && ++this.#passes > MAX_ITEM_PASSES) {
      this.fail(span, `More than ${MAX_ITEM_PASSES} parts of the rule visit every item`, {
        suggestion: 'one list, as in item.brand in ["a", "b"]',
      });
    }
    return node;
  }

  /** The typed part as a condition; fails for other types. */
  asCondition(typed: Typed): BooleanNode {
    if (typed.type === "boolean") return typed.node;
    if (typed.type === "request") return requestCondition(typed.value);
    return this.fail(typed, `${this.source(typed)} is ${nameOf(typed.type)}, not a condition`, {
      expected: "something that is true or false, such as a comparison",
      suggestion: comparisonWith(this.source(typed), typed),
    });
  }

  /** The typed part as a number of this type; fails for other types. */
  asNumber(typed: Typed, type: NumberType): NumberNode {
    if (isNumeric(typed) && typed.type === type) return typed.node;
    if (typed.type === "request" && type !== "duration") return requestNumber(typed.value, type);
    const suggestion = this.#numberSuggestion(typed, type);
    return this.fail(typed, `${this.source(typed)} is ${nameOf(typed.type)}`, {
      expected: nameOf(type),
      suggestion,
    });
  }

  #numberSuggestion(typed: Typed, type: NumberType): string | undefined {
    if (type === "date" && typed.type === "string") return `date(${this.source(typed)})`;
    if (type === "duration" && (typed.type === "number" || typed.type === "request")) {
      return `days(${this.source(typed)})`;
    }
    if (type === "number" && typed.type === "string" && /^-?\d+(\.\d+)?$/.test(typed.value))
      return typed.value;
    return type === "date" && typed.type === "number" ? 'date("2026-01-31")' : undefined;
  }

  /** A boolean as 1 or 0, or no value. */
  asTruth(typed: Typed): NumberNode {
    if (typed.type === "request") return requestNumber(typed.value, "boolean");
    if (typed.type !== "boolean") {
      return this.fail(typed, `${this.source(typed)} is ${nameOf(typed.type)}`, {
        expected: "true or false",
      });
    }
    if (typed.flag !== null) return flagColumn(typed.flag);
    return typed.node.kind === "request" ? requestNumber(typed.node.value, "boolean") : truth(typed.node);
  }
}

function comparisonWith(source: string, { type }: Typed): string | undefined {
  if (type === "string column" || type === "category") return `${source} == "…"`;
  if (type === "tags") return `${source} contains "…"`;
  if (type === "number") return `${source} > 0`;
  return type === "date" ? `${source} > now() - days(30)` : undefined;
}
