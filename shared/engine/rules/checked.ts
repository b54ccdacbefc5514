/** A rule after the type check: every node knows what it yields, and what it depends on. Evaluation trusts it. */
import type { ArithmeticOperator } from "./syntax.ts";

/** What a value of a node depends on. */
export interface Facts {
  /** Whether it differs from item to item. */
  readonly perItem: boolean;
  /** Whether it differs from request to request: it uses the person, the context, the time or event counts. */
  readonly perRequest: boolean;
  /** Equal for nodes that mean the same; names a result that is kept for a catalogue. */
  readonly key: string;
}

/** A value that comes with the request. */
export interface RequestValue {
  readonly owner: "user" | "context";
  readonly name: string;
}

/** Yields a number, a date (epoch milliseconds) or a duration (milliseconds); NaN is no value. */
export type NumberNode = Facts &
  (
    | { readonly kind: "constant"; readonly value: number }
    | { readonly kind: "column"; readonly name: string }
    | { readonly kind: "request"; readonly value: RequestValue; readonly type: "number" | "date" | "boolean" }
    | { readonly kind: "now" }
    | { readonly kind: "count"; readonly event: string; readonly windowMs: number }
    /** 1 for true, 0 for false; a boolean column without a value has none. */
    | { readonly kind: "flag"; readonly name: string }
    | { readonly kind: "truth"; readonly condition: BooleanNode }
    | {
        readonly kind: "arithmetic";
        readonly operator: ArithmeticOperator;
        readonly left: NumberNode;
        readonly right: NumberNode;
      }
    | { readonly kind: "function"; readonly name: NumberFunction; readonly args: readonly NumberNode[] }
    | {
        readonly kind: "if";
        readonly condition: BooleanNode;
        readonly then: NumberNode;
        readonly otherwise: NumberNode;
      }
  );
export type NumberFunction = "min" | "max" | "abs" | "log" | "sqrt" | "coalesce";

/** Texts of the rule and of the request. */
export interface TextsNode extends Facts {
  readonly kind: "texts";
  readonly parts: readonly (string | RequestValue)[];
  /** Whether there is one part that may be one text only: a list in its place is no value. */
  readonly isSingle: boolean;
}

/** Numbers of the rule and of the request. */
export interface NumbersNode extends Facts {
  readonly kind: "numbers";
  readonly parts: readonly (NumberNode | RequestValue)[];
  readonly type: "number" | "date" | "duration";
}

/** Yields true or false. What it compares has no value: false. */
export type BooleanNode = Facts &
  (
    | { readonly kind: "constant"; readonly value: boolean }
    | { readonly kind: "flag"; readonly name: string }
    | { readonly kind: "request"; readonly value: RequestValue }
    | {
        readonly kind: "compare";
        readonly operator: "<" | "<=" | "==";
        readonly left: NumberNode;
        readonly right: NumberNode;
      }
    | { readonly kind: "and" | "or"; readonly operands: readonly BooleanNode[] }
    | { readonly kind: "not"; readonly operand: BooleanNode }
    /** The column's text is one of the values. */
    | { readonly kind: "in-texts"; readonly name: string; readonly values: TextsNode }
    | { readonly kind: "in-numbers"; readonly value: NumberNode; readonly values: NumbersNode }
    /** Two columns of text hold the same value. */
    | { readonly kind: "same-text"; readonly left: string; readonly right: string }
    /** A column of tags, or the levels of a category, hold any or all of the values. */
    | {
        readonly kind: "has-tags";
        readonly name: string;
        readonly values: TextsNode;
        readonly isAll: boolean;
      }
    /** The column's text contains a text, ignoring case. */
    | { readonly kind: "has-part"; readonly name: string; readonly part: TextsNode }
    /** The column has a value. */
    | { readonly kind: "present"; readonly name: string }
    | { readonly kind: "present-number"; readonly value: NumberNode }
    | { readonly kind: "present-request"; readonly value: RequestValue }
    /** Any or all texts of the right are among those of the left. */
    | {
        readonly kind: "texts-meet";
        readonly left: TextsNode;
        readonly right: TextsNode;
        readonly isAll: boolean;
      }
    | { readonly kind: "text-has-part"; readonly text: TextsNode; readonly part: TextsNode }
    | { readonly kind: "same-request"; readonly left: RequestValue; readonly right: RequestValue }
  );

/** A checked rule. */
export type CheckedRule =
  | { readonly kind: "filter"; readonly condition: BooleanNode }
  | {
      readonly kind: "boost";
      readonly operation: "multiply" | "add";
      readonly amount: NumberNode;
      readonly where: BooleanNode | null;
    }
  | { readonly kind: "pin"; readonly condition: BooleanNode; readonly position: number }
  | {
      readonly kind: "cap";
      readonly most: number;
      /** Null: all items are one group. */
      readonly per: string | null;
      readonly where: BooleanNode | null;
    };
