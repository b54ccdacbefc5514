/**
 * What a new model would have earned, from the log of others: each list says what was shown, with which probability, and what people took from it.
 *
 * Places count one by one: what a person does with an item depends on the item and its place, not on the items around it (the item-position
 * model of Li et al., "Offline Evaluation of Ranking Policies with Click Models", 2018). So a list needs no twin in the log, only some of
 * its places do. Estimators: Dudík, Langford, Li, "Doubly Robust Policy Evaluation and Learning" (2011); the self-normalised one: Swaminathan and
 * Joachims (2015). All are ratios of sums over people. Their variance is that of linearised residuals between people (Owen, "Monte Carlo
 * theory, methods and examples", 2013, formula 9.8), so one person's thousand lists are no thousand witnesses.
 */
import type { StoredReplay } from "#contract/replay.ts";
import { normalQuantile } from "../statistics/distributions.ts";

/** One logged list. Each figure is a sum over its places. */
export interface ReplayedList {
  readonly places: number;
  /** What people took from the list as it was shown. */
  readonly reward: number;
  /** 1 / the probability of what stood in the place, if the new model puts the same item there; else 0. */
  readonly weight: number;
  /** The same times what was taken from the place. */
  readonly weighted: number;
  /** A guess of the new model's reward, corrected by what was shown: guess(new) + weight · (reward − guess(shown)). */
  readonly robust: number;
}

export interface Estimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface OffPolicyResult {
  readonly people: number;
  readonly lists: number;
  /** The share of the new model's places whose item could have been shown there. 1 but for chance if all could. */
  readonly supportedShare: number;
  /** (Σw)² / Σw²: as many lists of the new model itself would say as much. Kong (1992). */
  readonly effectiveSampleSize: number;
  /** Per list, of the lists as they were shown. */
  readonly logged: Estimate;
  readonly ips: Estimate;
  readonly selfNormalised: Estimate;
  readonly doublyRobust: Estimate;
  /** The doubly robust one less the logged one, of the same people. */
  readonly gain: Estimate;
}

const NAMES = ["lists", "places", "reward", "weight", "weighted", "robust"] as const;
type Name = (typeof NAMES)[number];
const WIDTH = NAMES.length;

/** Sums of a few numbers, however many lists. */
export class OffPolicySums {
  #people: number;
  readonly #sums: number[];
  readonly #products: number[];
  #weights: number;
  #squaredWeights: number;

  constructor(stored?: StoredReplay) {
    this.#people = stored?.people ?? 0;
    this.#sums = [...(stored?.sums ?? new Array<number>(WIDTH).fill(0))];
    this.#products = [...(stored?.products ?? new Array<number>(WIDTH * WIDTH).fill(0))];
    this.#weights = stored?.weights ?? 0;
    this.#squaredWeights = stored?.squaredWeights ?? 0;
  }

  /** @param lists All lists of one person; lists without places say nothing. */
  addPerson(lists: readonly ReplayedList[]): void {
    const own = new Array<number>(WIDTH).fill(0);
    for (const list of lists) {
      if (list.places === 0) continue;
      const mean = list.weight / list.places;
      this.#weights += mean;
      this.#squaredWeights += mean * mean;
      for (let at = 0; at < WIDTH; at++) own[at] = (own[at] as number) + figureOf(list, NAMES[at] as Name);
    }
    if (own[0] === 0) return;
    this.#people++;
    for (let row = 0; row < WIDTH; row++) {
      const left = own[row] as number;
      this.#sums[row] = (this.#sums[row] as number) + left;
      for (let column = 0; column < WIDTH; column++) {
        const at = row * WIDTH + column;
        this.#products[at] = (this.#products[at] as number) + left * (own[column] as number);
      }
    }
  }

  /** Of two groups of people. */
  static joined(a: StoredReplay, b: StoredReplay): StoredReplay {
    return {
      people: a.people + b.people,
      sums: a.sums.map((sum, at) => sum + (b.sums[at] ?? 0)),
      products: a.products.map((product, at) => product + (b.products[at] ?? 0)),
      weights: a.weights + b.weights,
      squaredWeights: a.squaredWeights + b.squaredWeights,
    };
  }

  toStored(): StoredReplay {
    return {
      ...{ people: this.#people, sums: [...this.#sums], products: [...this.#products] },
      ...{ weights: this.#weights, squaredWeights: this.#squaredWeights },
    };
  }

  /** Null for fewer than two people, and if no list shows anything that the new model would show in its place. */
  estimates(confidence: number): OffPolicyResult | null {
    if (this.#people < 2 || this.#weights <= 0) return null;
    const z = normalQuantile((1 + confidence) / 2);
    const lists = this.#sum("lists");
    const supported = this.#ratio({ weighted: 1 }, "weight", z);
    const depth = this.#sum("places") / lists;
    return {
      ...{ people: this.#people, lists },
      supportedShare: this.#sum("weight") / this.#sum("places"),
      effectiveSampleSize: this.#weights ** 2 / this.#squaredWeights,
      logged: this.#ratio({ reward: 1 }, "lists", z),
      ips: this.#ratio({ weighted: 1 }, "lists", z),
      selfNormalised: {
        estimate: supported.estimate * depth,
        low: supported.low * depth,
        high: supported.high * depth,
      },
      doublyRobust: this.#ratio({ robust: 1 }, "lists", z),
      gain: this.#ratio({ robust: 1, reward: -1 }, "lists", z),
    };
  }

  /** Σ a over Σ b, where a is a sum of figures with signs; with the variance of Σ_p (a_p − r·b_p)² between people. */
  #ratio(above: Partial<Record<Name, number>>, below: Name, z: number): Estimate {
    const total = this.#sum(below);
    const terms = Object.entries(above) as [Name, number][];
    const ratio = terms.reduce((sum, [name, sign]) => sum + sign * this.#sum(name), 0) / total;
    const residual = [...terms, [below, -ratio] as const];
    let squares = 0;
    for (const [one, left] of residual) {
      for (const [other, right] of residual) squares += left * right * this.#product(one, other);
    }
    // Rounding may leave a little below 0.
    const spread = (Math.max(0, squares) * this.#people) / (this.#people - 1);
    const reach = (z * Math.sqrt(spread)) / total;
    return { estimate: ratio, low: ratio - reach, high: ratio + reach };
  }

  #sum(name: Name): number {
    return this.#sums[NAMES.indexOf(name)] as number;
  }

  #product(row: Name, column: Name): number {
    return this.#products[NAMES.indexOf(row) * WIDTH + NAMES.indexOf(column)] as number;
  }
}

function figureOf(list: ReplayedList, name: Name): number {
  return name === "lists" ? 1 : list[name];
}
