/** How much a row of a file weighs: by its number, by its event type, or by both. */
import type { WeightRule } from "#contract/weight-rule.ts";
import { idText } from "#reading/clean-id.ts";
import type { TableRow } from "#reading/table.ts";
import { BELOW_LIKES_FROM, type InteractionFacts, weighInteraction } from "../weigh-interaction.ts";
import { parseNumber, WeightRange, weightProblem } from "./parse-weight.ts";
import { shownCell, withPoint } from "./shown-cell.ts";

interface RowWeigherOptions {
  /** Positions of the cells with the number and the event type; -1 without. */
  readonly weight: number;
  readonly event: number;
  /** By event type; rows of other types have no weight. */
  readonly weights: Readonly<Record<string, number>>;
  /** Null: numbers are weights as they are. */
  readonly rule: WeightRule | null;
  /** Whether the comma in a number is its decimal point. */
  readonly hasDecimalCommas: boolean;
}

export class RowWeigher {
  /** Of all rows so far. */
  readonly range = new WeightRange();
  readonly #options: RowWeigherOptions;
  readonly #factors: ReadonlyMap<string, number>;

  constructor(options: RowWeigherOptions) {
    this.#options = options;
    this.#factors = new Map(Object.entries(options.weights));
  }

  /** The weight of a row, or why it has none, with its cell. */
  weigh({ cells }: TableRow): number | string {
    const { weight: at, event } = this.#options;
    const { type, value } = this.#facts(cells);
    const factor = event < 0 ? 1 : this.#factors.get(type ?? "");
    if (factor === undefined) return `has an event without a weight (${shownCell(cells[event])})`;
    const weight = this.#weight({ type, value, factor });
    if (weight === BELOW_LIKES_FROM) return weight;
    if (typeof weight === "string") return `${weight} (${shownCell(cells[at])})`;
    this.range.add(weight);
    const problem = weightProblem(weight);
    return problem === null ? weight : `${problem} (${shownCell(at < 0 ? weight : cells[at])})`;
  }

  /** The number and the type of a row, as they are. */
  numberOf({ cells }: TableRow): Pick<InteractionFacts, "value" | "type"> {
    return this.#facts(cells);
  }

  #weight(facts: InteractionFacts): number | string {
    const { rule, weight } = this.#options;
    if (weight < 0) return facts.factor;
    return rule === null ? facts.factor * (facts.value ?? Number.NaN) : weighInteraction(rule, facts);
  }

  /** A row with a type may have no number. */
  #facts(cells: readonly unknown[]): Pick<InteractionFacts, "value" | "type"> {
    const { weight, event, hasDecimalCommas } = this.#options;
    const type = event < 0 ? undefined : (idText(cells[event], true) ?? "");
    const cell = weight < 0 ? undefined : cells[weight];
    const isNone = weight < 0 || (event >= 0 && (cell == null || cell === ""));
    return { type, value: isNone ? undefined : parseNumber(hasDecimalCommas ? withPoint(cell) : cell) };
  }
}
