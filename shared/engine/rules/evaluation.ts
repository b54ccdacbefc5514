/** Evaluates checked rules over all rows of a catalogue for one request. */
import {
  andInto,
  type Bitmap,
  emptyBitmap,
  fillBits,
  hasBit,
  invertBits,
  orInto,
  setBit,
} from "../catalogue/bitmap.ts";
import type { CatalogueIndex, KeptAmounts } from "./catalogue-index.ts";
import type { BooleanNode, NumberNode } from "./checked.ts";
import { type BoundComparison, compareRowsInto, compares, compareToBoundInto } from "./compare-rows.ts";
import { combineNumbers, numberOfFunction } from "./number-functions.ts";
import { requestInputsOf, requestKey } from "./request-key.ts";
import { RequestValues, type RuleRequest, type UnfitValue } from "./rule-request.ts";
import { hasPartInto, hasTagsInto, inTextsInto, presentInto, sameTextInto } from "./text-conditions.ts";

export class Evaluation {
  readonly index: CatalogueIndex;
  readonly #request: RequestValues;

  constructor(index: CatalogueIndex, request: RuleRequest) {
    this.index = index;
    this.#request = new RequestValues(request);
  }

  /** Values of the request that had another type than a rule expects. */
  get unfit(): readonly UnfitValue[] {
    return this.#request.unfit;
  }

  /** The rows where a condition holds. Read only, and until the next call: it is kept, or scratch. */
  rows(node: BooleanNode): Bitmap {
    if (node.perItem && !node.perRequest) {
      return this.index.kept(node.key, (out) => this.index.scratch.within(() => this.#rowsInto(node, out)));
    }
    const key = node.perItem ? requestKey(node, this.#request) : null;
    const found = key === null ? undefined : this.index.bitmaps.get(key);
    if (found) return found;
    const out = key === null ? this.index.scratch.bitmap() : emptyBitmap(this.index.rowCount);
    this.index.scratch.within(() => this.#rowsInto(node, out));
    // A request with a value of another type must be told so each time.
    if (key !== null && !this.#request.hasUnfit(requestInputsOf(node).values))
      this.index.bitmaps.set(key, out);
    return out;
  }

  #rowsInto(node: BooleanNode, out: Bitmap): void {
    if (!node.perItem) {
      fillBits(out, this.index.rowCount, this.isTrue(node));
      return;
    }
    switch (node.kind) {
      case "flag":
        this.#flagInto(node.name, out);
        break;
      case "compare":
        this.#compareInto(node, out);
        break;
      case "and":
      case "or":
        this.#combineInto(node.kind, node.operands, out);
        break;
      case "not":
        out.set(this.rows(node.operand));
        invertBits(out, this.index.rowCount);
        break;
      case "in-texts":
        inTextsInto(this.index, node.name, this.#request.texts(node.values), out);
        break;
      case "in-numbers":
        this.#inNumbersInto(node, out);
        break;
      case "same-text":
        sameTextInto(this.index, node.left, node.right, out);
        break;
      case "has-tags":
        this.#hasTagsInto(node, out);
        break;
      case "has-part":
        this.#hasPartInto(node, out);
        break;
      case "present":
        presentInto(this.index, node.name, out);
        break;
      case "present-number":
        this.#presentNumberInto(node.value, out);
        break;
      default:
        // The other kinds never depend on the item.
        fillBits(out, this.index.rowCount, this.isTrue(node));
    }
  }

  #combineInto(kind: "and" | "or", operands: readonly BooleanNode[], out: Bitmap): void {
    fillBits(out, this.index.rowCount, kind === "and");
    const combine = kind === "and" ? andInto : orInto;
    for (const operand of operands) {
      if (operand.perItem) this.index.scratch.within(() => combine(out, this.rows(operand)));
      // One operand decides: the others need not be read.
      else if (this.isTrue(operand) !== (kind === "and")) {
        fillBits(out, this.index.rowCount, kind === "or");
        return;
      }
    }
  }

  #flagInto(name: string, out: Bitmap): void {
    const column = this.index.column(name);
    out.fill(0);
    if (column?.type !== "boolean") return;
    for (let row = 0; row < column.values.length; row++) if (column.values[row] === 2) setBit(out, row);
  }

  #compareInto({ operator, left, right }: Extract<BooleanNode, { kind: "compare" }>, out: Bitmap): void {
    if (!right.perItem) compareToBoundInto(operator, this.numbers(left), this.number(right), out);
    else if (!left.perItem)
      compareToBoundInto(MIRRORED[operator], this.numbers(right), this.number(left), out);
    else compareRowsInto(operator, this.numbers(left), this.numbers(right), out);
  }

  #inNumbersInto({ value, values }: Extract<BooleanNode, { kind: "in-numbers" }>, out: Bitmap): void {
    const wanted = new Set(this.#request.numbers(values, (node) => this.number(node)));
    const numbers = this.numbers(value);
    out.fill(0);
    for (let row = 0; row < numbers.length; row++) if (wanted.has(numbers[row] as number)) setBit(out, row);
  }

  #hasTagsInto({ name, values, isAll }: Extract<BooleanNode, { kind: "has-tags" }>, out: Bitmap): void {
    const texts = this.#request.texts(values);
    hasTagsInto(this.index, name, { texts, isAll }, out);
  }

  #hasPartInto({ name, part }: Extract<BooleanNode, { kind: "has-part" }>, out: Bitmap): void {
    const text = this.#request.texts(part)[0];
    if (text === undefined) out.fill(0);
    else hasPartInto(this.index, name, text, out);
  }

  #presentNumberInto(value: NumberNode, out: Bitmap): void {
    const numbers = this.numbers(value);
    out.fill(0);
    for (let row = 0; row < numbers.length; row++) if (!Number.isNaN(numbers[row])) setBit(out, row);
  }

  /** Whether a condition holds that does not depend on the item. */
  isTrue(node: BooleanNode): boolean {
    const request = this.#request;
    switch (node.kind) {
      case "constant":
        return node.value;
      case "request":
        return request.isTrue(node.value);
      case "compare":
        return compares(node.operator, this.number(node.left), this.number(node.right));
      case "and":
        return node.operands.every((operand) => this.isTrue(operand));
      case "or":
        return node.operands.some((operand) => this.isTrue(operand));
      case "not":
        return !this.isTrue(node.operand);
      case "in-numbers": {
        const values = request.numbers(node.values, (one) => this.number(one));
        return values.includes(this.number(node.value));
      }
      case "present-number":
        return !Number.isNaN(this.number(node.value));
      case "present-request":
        return request.raw(node.value) !== null;
      case "same-request":
        return isSameValue(request.raw(node.left), request.raw(node.right));
      case "texts-meet":
        return this.#textsMeet(node);
      case "text-has-part":
        return this.#textHasPart(node);
      default:
        throw new Error(`The condition "${node.kind}" depends on the item.`);
    }
  }

  #textsMeet({ left, right, isAll }: Extract<BooleanNode, { kind: "texts-meet" }>): boolean {
    const [own, wanted] = [this.#request.texts(left), this.#request.texts(right)];
    const held = new Set(own);
    return isAll
      ? wanted.length > 0 && wanted.every((text) => held.has(text))
      : wanted.some((text) => held.has(text));
  }

  #textHasPart({ text, part }: Extract<BooleanNode, { kind: "text-has-part" }>): boolean {
    const [whole, wanted] = [this.#request.texts(text)[0], this.#request.texts(part)[0]];
    if (whole === undefined || wanted === undefined) return false;
    return whole.toLowerCase().includes(wanted.toLowerCase());
  }

  /** The number of each row. Read only, and until the scratch is taken back: it is a column, or scratch. */
  numbers(node: NumberNode): Float64Array {
    if (node.kind === "column") {
      const column = this.index.column(node.name);
      if (column?.type === "number" || column?.type === "date") return column.values;
    }
    const out = this.index.scratch.numbers();
    this.index.scratch.within(() => this.#numbersInto(node, out));
    return out;
  }

  /**
   * The number of each row, kept for later requests; nobody may change it. Null for a node that reads the person or the context: the next
   * request has others, and keeping each would cost more than it saves.
   */
  keptNumbers(node: NumberNode): KeptAmounts | null {
    const key = requestInputsOf(node).values.length === 0 ? requestKey(node, this.#request) : null;
    if (key === null) return null;
    const found = this.index.amounts.get(key);
    if (found) return found;
    const values = new Float64Array(this.index.rowCount);
    this.index.scratch.within(() => values.set(this.numbers(node)));
    const amounts = { values, largest: largestOf(values), byteLength: values.byteLength };
    this.index.amounts.set(key, amounts);
    return amounts;
  }

  #numbersInto(node: NumberNode, out: Float64Array): void {
    if (!node.perItem) {
      out.fill(this.number(node));
      return;
    }
    switch (node.kind) {
      case "flag":
        this.#truthsInto(node.name, out);
        break;
      case "truth":
        this.#choiceInto(node.condition, 1, 0, out);
        break;
      case "count":
        this.#countsInto(node.event, node.windowMs, out);
        break;
      case "arithmetic":
        combineNumbers(node.operator, this.#operand(node.left), this.#operand(node.right), out);
        break;
      case "function":
        this.#functionInto(node, out);
        break;
      case "if":
        this.#choiceInto(node.condition, this.#operand(node.then), this.#operand(node.otherwise), out);
        break;
      default:
        // A column that this catalogue lacks, or holds with another type.
        out.fill(Number.NaN);
    }
  }

  #operand(node: NumberNode): Float64Array | number {
    return node.perItem ? this.numbers(node) : this.number(node);
  }

  #functionInto({ name, args }: Extract<NumberNode, { kind: "function" }>, out: Float64Array): void {
    const inputs = args.map((arg) => this.#operand(arg));
    const values = new Array<number>(inputs.length).fill(0);
    for (let row = 0; row < out.length; row++) {
      for (let at = 0; at < inputs.length; at++) {
        const input = inputs[at] as Float64Array | number;
        values[at] = typeof input === "number" ? input : (input[row] as number);
      }
      out[row] = numberOfFunction(name, values);
    }
  }

  #choiceInto(
    condition: BooleanNode,
    then: Float64Array | number,
    otherwise: Float64Array | number,
    out: Float64Array,
  ): void {
    const rows = this.rows(condition);
    for (let row = 0; row < out.length; row++) {
      const chosen = hasBit(rows, row) ? then : otherwise;
      out[row] = typeof chosen === "number" ? chosen : (chosen[row] as number);
    }
  }

  #truthsInto(name: string, out: Float64Array): void {
    const column = this.index.column(name);
    out.fill(Number.NaN);
    if (column?.type !== "boolean") return;
    for (let row = 0; row < out.length; row++) {
      const value = column.values[row] as number;
      if (value > 0) out[row] = value - 1;
    }
  }

  #countsInto(event: string, windowMs: number, out: Float64Array): void {
    const counts = this.#request.request.counts?.(event, windowMs);
    if (counts) out.set(counts);
    else out.fill(Number.NaN);
  }

  /** A number that does not depend on the item; NaN is no value. */
  number(node: NumberNode): number {
    switch (node.kind) {
      case "constant":
        return node.value;
      case "request":
        return this.#request.number(node.value, node.type);
      case "now":
        return this.#request.request.now;
      case "truth":
        return this.isTrue(node.condition) ? 1 : 0;
      case "arithmetic": {
        const [left, right] = [this.number(node.left), this.number(node.right)];
        const out = new Float64Array(1);
        combineNumbers(node.operator, left, right, out);
        return out[0] as number;
      }
      case "function":
        return numberOfFunction(
          node.name,
          node.args.map((arg) => this.number(arg)),
        );
      case "if":
        return this.number(this.isTrue(node.condition) ? node.then : node.otherwise);
      default:
        throw new Error(`The number "${node.kind}" depends on the item.`);
    }
  }
}

/** No value, which is NaN, counts as none. */
export function largestOf(amounts: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < amounts.length; at++) {
    if ((amounts[at] as number) > largest) largest = amounts[at] as number;
  }
  return largest;
}

const MIRRORED: Readonly<Record<"<" | "<=" | "==", BoundComparison>> = { "<": ">", "<=": ">=", "==": "==" };

function isSameValue(left: unknown, right: unknown): boolean {
  if (left === null || right === null || typeof left === "object" || typeof right === "object") return false;
  return String(left) === String(right);
}
