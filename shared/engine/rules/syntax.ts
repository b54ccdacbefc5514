/** The syntax tree of a rule: what its text says, before anything is known of the catalogue. */
import type { Span } from "./rule-error.ts";

export type Owner = "item" | "user" | "context";
export type ArithmeticOperator = "+" | "-" | "*" | "/";
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type SetOperator = "in" | "not in" | "contains" | "contains any" | "contains all";
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator;

export type Expression = Span &
  (
    | { readonly kind: "literal"; readonly value: number | string | boolean | null }
    | { readonly kind: "list"; readonly values: readonly Expression[] }
    | { readonly kind: "property"; readonly owner: Owner; readonly name: string; readonly nameSpan: Span }
    | {
        readonly kind: "call";
        readonly name: string;
        readonly nameSpan: Span;
        readonly args: readonly Expression[];
      }
    | { readonly kind: "not" | "minus"; readonly operand: Expression }
    | {
        readonly kind: "binary";
        readonly operator: BinaryOperator;
        readonly operatorSpan: Span;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] }
  );

/** A whole rule. `where` limits a boost or a cap to some items. */
export type Statement =
  | { readonly kind: "filter"; readonly condition: Expression }
  | {
      readonly kind: "boost";
      readonly operation: "multiply" | "add";
      readonly amount: Expression;
      readonly where: Expression | null;
    }
  | { readonly kind: "pin"; readonly condition: Expression; readonly position: number }
  | {
      readonly kind: "cap";
      readonly most: number;
      /** A property of the item: the cap holds for each of its values. Null: for all items together. */
      readonly per: Expression | null;
      readonly where: Expression | null;
    };
export type RuleKind = Statement["kind"];
