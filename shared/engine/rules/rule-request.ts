/** What a request brings to rules, and its values in the types that rules expect. */
import { parseCell, timeCell } from "../catalogue/cell.ts";
import type { NumberNode, NumbersNode, RequestValue, TextsNode } from "./checked.ts";
import { MAX_LIST_VALUES } from "./limits.ts";

export interface RuleRequest {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Properties of the person. */
  readonly user: Readonly<Record<string, unknown>>;
  /** What the caller says of the moment: page, device, basket. */
  readonly context: Readonly<Record<string, unknown>>;
  /**
   * Events of a type in the last `windowMs` milliseconds, by row of the catalogue; null where they are unknown, and `count` then
   * has no value. The array is only read.
   */
  readonly counts?: (event: string, windowMs: number) => ArrayLike<number> | null;
}

/** A value of the request that a rule could not use: it counted as no value. */
export interface UnfitValue extends RequestValue {
  readonly expected: string;
}

/** Reads the values of one request, and remembers those of a wrong type. */
export class RequestValues {
  readonly request: RuleRequest;
  readonly #unfit = new Map<string, UnfitValue>();

  constructor(request: RuleRequest) {
    this.request = request;
  }

  get unfit(): UnfitValue[] {
    return [...this.#unfit.values()];
  }

  /** Whether one of the values was of a wrong type. */
  hasUnfit(values: readonly RequestValue[]): boolean {
    return this.#unfit.size > 0 && values.some(({ owner, name }) => this.#unfit.has(`${owner}.${name}`));
  }

  /** The value as it came; null when it is absent. */
  raw({ owner, name }: RequestValue): unknown {
    const values = this.request[owner];
    return Object.hasOwn(values, name) ? (values[name] ?? null) : null;
  }

  /** NaN is no value. */
  number(value: RequestValue, type: "number" | "date" | "boolean"): number {
    const raw = this.raw(value);
    if (raw === null) return Number.NaN;
    const cell = type === "date" ? timeCell(raw) : parseCell({ name: value.name, type }, raw);
    if (typeof cell === "boolean") return cell ? 1 : 0;
    if (typeof cell === "number") return cell;
    if (cell === null) return Number.NaN;
    this.#note(value, type === "boolean" ? "true or false" : `a ${type}`);
    return Number.NaN;
  }

  isTrue(value: RequestValue): boolean {
    return this.number(value, "boolean") === 1;
  }

  /** The texts of a node, without parts that have no value. A list of the request adds its texts. */
  texts({ parts, isSingle }: TextsNode): readonly string[] {
    return parts.flatMap((part) => (typeof part === "string" ? [part] : this.#requestTexts(part, isSingle)));
  }

  #requestTexts(value: RequestValue, isSingle: boolean): readonly string[] {
    const raw = this.raw(value);
    if (raw === null) return [];
    const values = Array.isArray(raw) && !isSingle ? raw : [raw];
    if (values.length <= MAX_LIST_VALUES && values.every(isScalar)) return values.map(String);
    this.#note(value, isSingle ? "a text" : `a text or a list of up to ${MAX_LIST_VALUES} texts`);
    return [];
  }

  /** The numbers of a node, without parts that have no value. A list of the request adds its numbers. */
  numbers({ parts, type }: NumbersNode, constant: (node: NumberNode) => number): readonly number[] {
    return parts.flatMap((part) => {
      const values = "key" in part ? [constant(part)] : this.#requestNumbers(part, type);
      return values.filter((value) => !Number.isNaN(value));
    });
  }

  #requestNumbers(value: RequestValue, type: NumbersNode["type"]): readonly number[] {
    const raw = this.raw(value);
    if (raw === null) return [];
    const values = Array.isArray(raw) ? raw : [raw];
    const numbers = values.map((one) => numberOf(one, type));
    if (values.length <= MAX_LIST_VALUES && !numbers.some(Number.isNaN)) return numbers;
    this.#note(value, `a ${type} or a list of up to ${MAX_LIST_VALUES}`);
    return [];
  }

  #note(value: RequestValue, expected: string): void {
    this.#unfit.set(`${value.owner}.${value.name}`, { ...value, expected });
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function numberOf(value: unknown, type: NumbersNode["type"]): number {
  const cell = type === "date" ? timeCell(value) : parseCell({ name: "", type: "number" }, value);
  return typeof cell === "number" ? cell : Number.NaN;
}
