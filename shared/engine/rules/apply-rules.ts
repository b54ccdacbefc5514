import { andInto, andNotInto, type Bitmap, emptyBitmap, fillBits, hasBit } from "../catalogue/bitmap.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Column } from "../catalogue/column.ts";
import { BoostCollector, type BoostTotals, MAX_AMOUNT } from "./boost-totals.ts";
import { type CatalogueIndex, indexOfCatalogue } from "./catalogue-index.ts";
import type { CheckedRule } from "./checked.ts";
import type { CompiledRule } from "./compile-rule.ts";
import { Evaluation, largestOf } from "./evaluation.ts";
import type { RuleRequest, UnfitValue } from "./rule-request.ts";

/** What the rules of one request mean for each row of a catalogue. The arrays are the caller's. */
export interface AppliedRules {
  /** The rows that may be recommended: not hidden, and every filter holds. */
  readonly allowed: Bitmap;
  /** What scores are multiplied by; null without such a boost. Finite and at least 0. */
  readonly factors: BoostTotals | null;
  /** What is then added to scores; null without such a boost. Finite. */
  readonly addends: BoostTotals | null;
  /** No factor is above this; at least 1. */
  readonly mostFactor: number;
  /** No addend is above this; at least 0. */
  readonly mostAddend: number;
  readonly pins: readonly Pin[];
  readonly caps: readonly Cap[];
  /** Values of the request whose type no rule could use. */
  readonly unfit: readonly UnfitValue[];
}

/** The best row of `rows` stands at this position, from 1. */
export interface Pin {
  readonly rows: Bitmap;
  readonly position: number;
}

/** No more than `most` rows of a group; −1 is no group, for rows that the cap does not count. */
export interface Cap {
  readonly most: number;
  groupOf(row: number): number;
}

/**
 * Applies compiled rules to a catalogue. Filters must all hold. Boosts multiply with one another and add to one another. One whose
 * amount has no value for an item leaves it as it is. A negative factor counts as 0.
 *
 * @param rules  Pins and caps keep this order, which decides between pins of one position.
 */
export function applyRules(
  rules: readonly CompiledRule[],
  catalogue: Catalogue,
  request: RuleRequest,
): AppliedRules {
  const index = indexOfCatalogue(catalogue);
  const evaluation = new Evaluation(index, request);
  const applied = new Application(index, evaluation);
  for (const { rule } of rules) index.scratch.within(() => applied.add(rule));
  return applied.finish();
}

class Application {
  readonly #index: CatalogueIndex;
  readonly #evaluation: Evaluation;
  readonly #allowed: Bitmap;
  readonly #pins: Pin[] = [];
  readonly #caps: Cap[] = [];
  #factors: BoostCollector | null = null;
  #addends: BoostCollector | null = null;
  #mostFactor = 1;
  #mostAddend = 0;

  constructor(index: CatalogueIndex, evaluation: Evaluation) {
    this.#index = index;
    this.#evaluation = evaluation;
    this.#allowed = emptyBitmap(index.rowCount);
    fillBits(this.#allowed, index.rowCount, true);
    andNotInto(this.#allowed, index.catalogue.hidden);
  }

  add(rule: CheckedRule): void {
    switch (rule.kind) {
      case "filter":
        andInto(this.#allowed, this.#evaluation.rows(rule.condition));
        break;
      case "boost":
        this.#addBoost(rule);
        break;
      case "pin":
        this.#pins.push({ rows: this.#evaluation.rows(rule.condition).slice(), position: rule.position });
        break;
      case "cap":
        this.#addCap(rule);
        break;
    }
  }

  #addBoost({ operation, amount, where }: Extract<CheckedRule, { kind: "boost" }>): void {
    const rows = where && this.#evaluation.rows(where);
    const totals = this.#collectorOf(operation);
    let most: number;
    if (amount.perItem) {
      const kept = this.#evaluation.keptNumbers(amount);
      const amounts = kept?.values ?? this.#evaluation.numbers(amount);
      if (kept) totals.addKept(amounts, rows?.slice() ?? null);
      else totals.addEach(amounts, rows);
      most = kept?.largest ?? largestOf(amounts);
    } else {
      most = this.#evaluation.number(amount);
      totals.addUniform(most, rows?.slice() ?? null);
    }
    // No value changes nothing.
    if (Number.isNaN(most)) return;
    if (operation === "multiply") {
      this.#mostFactor = Math.min(this.#mostFactor * Math.max(1, most), MAX_AMOUNT);
    } else this.#mostAddend = Math.min(this.#mostAddend + Math.max(0, most), MAX_AMOUNT);
  }

  #collectorOf(operation: "multiply" | "add"): BoostCollector {
    const { rowCount } = this.#index;
    if (operation === "multiply") {
      this.#factors ??= new BoostCollector(operation, rowCount);
      return this.#factors;
    }
    this.#addends ??= new BoostCollector(operation, rowCount);
    return this.#addends;
  }

  #addCap({ most, per, where }: Extract<CheckedRule, { kind: "cap" }>): void {
    const rows = where && this.#evaluation.rows(where).slice();
    const column = per === null ? null : this.#index.column(per);
    const groupOf = per === null ? () => 0 : groupsOf(column);
    this.#caps.push({ most, groupOf: (row) => (rows && !hasBit(rows, row) ? -1 : groupOf(row)) });
  }

  finish(): AppliedRules {
    return {
      allowed: this.#allowed,
      factors: this.#factors,
      addends: this.#addends,
      mostFactor: this.#mostFactor,
      mostAddend: this.#mostAddend,
      pins: this.#pins,
      caps: this.#caps,
      unfit: this.#evaluation.unfit,
    };
  }
}

/** The group of each row by the column's value; an item without a value is in none. */
function groupsOf(column: Column | null): (row: number) => number {
  switch (column?.type) {
    case "string":
    case "category":
      return (row) => (column.codes[row] as number) - 1;
    case "boolean":
      return (row) => (column.values[row] as number) - 1;
    case "number":
    case "date":
      return numberGroups(column.values);
    default:
      return () => -1;
  }
}

/** Numbers as groups, numbered as they are met. */
function numberGroups(values: Float64Array): (row: number) => number {
  const groups = new Map<number, number>();
  return (row) => {
    const value = values[row] as number;
    if (Number.isNaN(value)) return -1;
    let group = groups.get(value);
    if (group === undefined) {
      group = groups.size;
      groups.set(value, group);
    }
    return group;
  };
}
