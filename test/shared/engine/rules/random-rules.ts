/**
 * Random rules, each as its text and, independent of the engine, as a function of one item. Parentheses stand only where the
 * grammar needs them, so that precedence is tested, too.
 */
import type { Random } from "#engine/random.ts";
import type { RuleRequest } from "#engine/rules/rule-request.ts";
import { CATEGORIES, DAY, NOW, NUMBERS, type PlainItem, pick, TAGS, TEXTS } from "./random-world.ts";

/** Where an expression may stand without parentheses. */
const LEVEL = { or: 1, and: 2, not: 3, comparison: 4, sum: 5, product: 6, sign: 7, value: 8 } as const;

export interface Rule<T> {
  readonly text: string;
  readonly level: number;
  readonly of: (item: PlainItem) => T;
}
export type Condition = Rule<boolean>;
/** NaN is no value. */
export type Amount = Rule<number>;

function wrap({ text, level }: { text: string; level: number }, least: number): string {
  return level >= least ? text : `(${text})`;
}

/** Draws rules for one world. */
export class RuleMaker {
  readonly #random: Random;
  readonly #request: RuleRequest;

  constructor(random: Random, request: RuleRequest) {
    this.#random = random;
    this.#request = request;
  }

  condition(depth: number): Condition {
    const kinds =
      depth <= 0
        ? [() => this.#flag(), () => this.#textTest(), () => this.#setTest()]
        : [
            () => this.#joined("and", depth),
            () => this.#joined("or", depth),
            () => this.#not(depth),
            () => this.#numberTest(depth),
            () => this.#numberTest(depth),
            () => this.#dateTest(),
            () => this.#textTest(),
            () => this.#setTest(),
            () => this.#nullTest(),
            () => this.#inNumbers(depth),
            () => this.#flag(),
            () => this.#flagTest(),
            () => this.#requestTest(),
          ];
    return pick(this.#random, kinds)();
  }

  #joined(word: "and" | "or", depth: number): Condition {
    const level = LEVEL[word];
    const parts = Array.from({ length: 2 + this.#random.below(2) }, () => this.condition(depth - 1));
    const shown = this.#random.below(4) === 0 ? word.toUpperCase() : word;
    return {
      text: parts.map((part) => wrap(part, level + 1)).join(` ${shown} `),
      level,
      of: (item) =>
        word === "and" ? parts.every((part) => part.of(item)) : parts.some((part) => part.of(item)),
    };
  }

  #not(depth: number): Condition {
    const inner = this.condition(depth - 1);
    return { text: `not ${wrap(inner, LEVEL.not)}`, level: LEVEL.not, of: (item) => !inner.of(item) };
  }

  #numberTest(depth: number): Condition {
    return this.#comparison(this.amount(depth - 1), this.amount(depth - 1));
  }

  #comparison(left: Amount, right: Amount): Condition {
    const operator = pick(this.#random, ["==", "!=", "<", "<=", ">", ">="] as const);
    const tests = {
      "==": (a: number, b: number) => a === b,
      "!=": (a: number, b: number) => !(a === b),
      "<": (a: number, b: number) => a < b,
      "<=": (a: number, b: number) => a <= b,
      ">": (a: number, b: number) => a > b,
      ">=": (a: number, b: number) => a >= b,
    };
    return {
      text: `${wrap(left, LEVEL.sum)} ${operator} ${wrap(right, LEVEL.sum)}`,
      level: LEVEL.comparison,
      of: (item) => tests[operator](left.of(item), right.of(item)),
    };
  }

  amount(depth: number): Amount {
    const leaf = [() => this.#constant(), () => this.#number("price"), () => this.#number("stock left")];
    const kinds = [
      ...leaf,
      () => this.#requestNumber(),
      () => this.#count(),
      () => this.#operation(depth),
      () => this.#operation(depth),
      () => this.#minus(depth),
      () => this.#function(depth),
      () => this.#if(depth),
      () => this.#age(),
    ];
    return pick(this.#random, depth <= 0 ? leaf : kinds)();
  }

  #constant(): Amount {
    const value = pick(this.#random, [0, 0.5, 1, 2, 3, 10]);
    return { text: String(value), level: LEVEL.value, of: () => value };
  }

  #number(name: string): Amount {
    const text = name.includes(" ") ? `item["${name}"]` : `item.${name}`;
    return { text, level: LEVEL.value, of: ({ values }) => (values[name] as number) ?? Number.NaN };
  }

  #requestNumber(): Amount {
    const owner = pick(this.#random, ["user", "context"] as const);
    const raw = this.#request[owner].budget;
    const value = typeof raw === "number" || raw === "3" ? Number(raw) : Number.NaN;
    return { text: `0 + ${owner}.budget`, level: LEVEL.sum, of: () => value };
  }

  #count(): Amount {
    const event = pick(this.#random, ["view", "buy"]);
    const window = pick(this.#random, ["days(7)", "days(6 + 1)", "weeks(1)", "minutes(5)", "hours(24)"]);
    const isKnown = window !== "days(6 + 1)";
    const text = `count("${event}", ${isKnown ? window : "days(7)"})`;
    return { text, level: LEVEL.value, of: ({ counts }) => counts[event] ?? Number.NaN };
  }

  #operation(depth: number): Amount {
    const operator = pick(this.#random, ["+", "-", "*", "/"] as const);
    const [left, right] = [this.amount(depth - 1), this.amount(depth - 1)];
    const level = operator === "+" || operator === "-" ? LEVEL.sum : LEVEL.product;
    const compute = {
      "+": (a: number, b: number) => a + b,
      "-": (a: number, b: number) => a - b,
      "*": (a: number, b: number) => a * b,
      "/": (a: number, b: number) => a / b,
    };
    return {
      text: `${wrap(left, level)} ${operator} ${wrap(right, level + 1)}`,
      level,
      of: (item) => finite(compute[operator](left.of(item), right.of(item))),
    };
  }

  #minus(depth: number): Amount {
    const inner = this.amount(depth - 1);
    return { text: `-${wrap(inner, LEVEL.sign)}`, level: LEVEL.sign, of: (item) => 0 - inner.of(item) };
  }

  #function(depth: number): Amount {
    const name = pick(this.#random, ["min", "max", "coalesce", "abs", "log", "sqrt"] as const);
    const isSingle = name === "abs" || name === "log" || name === "sqrt";
    const args = Array.from({ length: isSingle ? 1 : 2 + this.#random.below(2) }, () =>
      this.amount(depth - 1),
    );
    const compute = (values: number[]): number => {
      const there = values.filter((value) => !Number.isNaN(value));
      if (there.length === 0) return Number.NaN;
      if (name === "coalesce") return there[0] as number;
      if (name === "min" || name === "max") return Math[name](...there);
      return finite(Math[name](there[0] as number));
    };
    return {
      text: `${name}(${args.map(({ text }) => text).join(", ")})`,
      level: LEVEL.value,
      of: (item) => compute(args.map((arg) => arg.of(item))),
    };
  }

  #if(depth: number): Amount {
    const [condition, then, otherwise] = [
      this.condition(depth - 1),
      this.amount(depth - 1),
      this.amount(depth - 1),
    ];
    return {
      text: `if(${condition.text}, ${then.text}, ${otherwise.text})`,
      level: LEVEL.value,
      of: (item) => (condition.of(item) ? then : otherwise).of(item),
    };
  }

  /** How many weeks ago the item was released. */
  #age(): Amount {
    return {
      text: "(now() - item.released) / days(7)",
      level: LEVEL.product,
      of: ({ values }) => (NOW - ((values.released as number) ?? Number.NaN)) / (7 * DAY),
    };
  }

  #dateTest(): Condition {
    const released: Amount = {
      text: "item.released",
      level: LEVEL.value,
      of: ({ values }) => (values.released as number) ?? Number.NaN,
    };
    const days = this.#random.below(60);
    const other: Amount = pick(this.#random, [
      { text: `now() - days(${days})`, level: LEVEL.sum, of: () => NOW - days * DAY },
      { text: 'date("2026-11-01")', level: LEVEL.value, of: () => Date.UTC(2026, 10, 1) },
      { text: "user.since", level: LEVEL.value, of: () => this.#since() },
      { text: "date(user.since) + days(2)", level: LEVEL.sum, of: () => this.#since() + 2 * DAY },
    ]);
    return this.#random.below(2) === 0
      ? this.#comparison(released, other)
      : this.#comparison(other, released);
  }

  #since(): number {
    const { since } = this.#request.user;
    if (since === "2026-11-20") return Date.UTC(2026, 10, 20);
    return typeof since === "number" ? since : Number.NaN;
  }

  #textTest(): Condition {
    const name = pick(this.#random, ["brand", "colour", "shelf"]);
    const value = pick(this.#random, [...TEXTS, ...CATEGORIES]);
    const own = ({ values }: PlainItem) => values[name] as string | undefined;
    const userBrand = this.#single("user", "brand");
    const equal = (of: Condition["of"], shown: string): Condition => {
      const isNot = this.#random.below(2) === 0;
      const text = shown.replace("==", isNot ? "!=" : "==");
      return { text, level: LEVEL.comparison, of: (item) => of(item) !== isNot };
    };
    const kinds: (() => Condition)[] = [
      () => equal((item) => own(item) === value, `item.${name} == ${this.#quoted(value)}`),
      () => equal((item) => own(item) === value, `${this.#quoted(value)} == item.${name}`),
      () => equal((item) => userBrand !== null && own(item) === userBrand, `item.${name} == user.brand`),
      () =>
        equal(
          ({ values }) => values.brand !== undefined && values.brand === values.colour,
          "item.brand == item.colour",
        ),
      () => ({
        text: `item.brand contains ${this.#quoted(value)}`,
        level: LEVEL.comparison,
        of: ({ values }) =>
          ((values.brand as string) ?? null)?.toLowerCase().includes(value.toLowerCase()) ?? false,
      }),
      () => equal(({ itemId }) => itemId === "i3", 'item.id == "i3"'),
    ];
    return pick(this.#random, kinds)();
  }

  #quoted(value: string): string {
    if (this.#random.below(2) === 0) return JSON.stringify(value);
    return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  }

  #single(owner: "user" | "context", name: string): string | null {
    const raw = this.#request[owner][name];
    return raw === undefined || typeof raw === "object" ? null : String(raw);
  }

  /** The request's texts of a list, and how a rule names them. */
  #list(): { text: string; values: readonly string[] } {
    const constants = [...TEXTS, ...TAGS, ...CATEGORIES].filter(() => this.#random.below(6) === 0);
    const quoted = constants.map((value) => this.#quoted(value));
    switch (this.#random.below(3)) {
      case 0:
        return { text: `[${quoted.join(", ")}]`, values: constants };
      case 1:
        return { text: "user.likes", values: this.#likes() };
      default:
        return {
          text: `[${["user.likes", ...quoted].join(", ")}]`,
          values: [...this.#likes(), ...constants],
        };
    }
  }

  #likes(): readonly string[] {
    const { likes } = this.#request.user;
    const values = likes === undefined ? [] : Array.isArray(likes) ? likes : [likes];
    return values.every((value) => typeof value !== "object") ? values.map(String) : [];
  }

  #setTest(): Condition {
    const name = pick(this.#random, ["genres", "shelf"] as const);
    const own = ({ values }: PlainItem): readonly string[] => {
      if (name === "genres") return (values.genres as readonly string[]) ?? [];
      const path = (values.shelf as string | undefined)?.split(" > ") ?? [];
      return path.map((_, at) => path.slice(0, at + 1).join(" > "));
    };
    const value = pick(this.#random, [...TAGS, ...CATEGORIES]);
    const list = this.#list();
    const any = (item: PlainItem) => list.values.some((one) => own(item).includes(one));
    const all = (item: PlainItem) =>
      list.values.length > 0 && list.values.every((one) => own(item).includes(one));
    const isIn = ({ values }: PlainItem) => list.values.includes(values.brand as string);
    const test = (text: string, of: Condition["of"]) => () => ({ text, level: LEVEL.comparison, of });
    return pick(this.#random, [
      test(`item.${name} contains ${this.#quoted(value)}`, (item) => own(item).includes(value)),
      test(`${this.#quoted(value)} in item.${name}`, (item) => own(item).includes(value)),
      test(`${this.#quoted(value)} not in item.${name}`, (item) => !own(item).includes(value)),
      test(`item.${name} contains any ${list.text}`, any),
      test(`item.${name} contains all ${list.text}`, all),
      test(`item.brand in ${list.text}`, isIn),
      test(`item.brand not in ${list.text}`, (item) => !isIn(item)),
    ])();
  }

  #nullTest(): Condition {
    const name = pick(this.#random, ["price", "released", "brand", "genres", "shelf", "on_sale", "blurb"]);
    const isMissing = ({ values }: PlainItem) => values[name] === undefined;
    const isNegated = this.#random.below(2) === 0;
    return {
      text: isNegated ? `item.${name} != null` : `null == item.${name}`,
      level: LEVEL.comparison,
      of: (item) => isMissing(item) !== isNegated,
    };
  }

  #inNumbers(depth: number): Condition {
    const value = this.amount(depth - 1);
    const constants = NUMBERS.filter(() => this.#random.below(2) === 0);
    const sizes = this.#sizes();
    const usesRequest = this.#random.below(2) === 0;
    const wanted = usesRequest ? sizes : constants;
    const isNot = this.#random.below(2) === 0;
    return {
      text: `${wrap(value, LEVEL.sum)} ${isNot ? "not in" : "in"} ${usesRequest ? "user.sizes" : `[${constants.join(", ")}]`}`,
      level: LEVEL.comparison,
      of: (item) => wanted.some((one) => one === value.of(item)) !== isNot,
    };
  }

  #sizes(): readonly number[] {
    const { sizes } = this.#request.user;
    const values = sizes === undefined ? [] : Array.isArray(sizes) ? sizes : [sizes];
    return values.includes("x") ? [] : values.map(Number);
  }

  #flag(): Condition {
    return { text: "item.on_sale", level: LEVEL.value, of: ({ values }) => values.on_sale === true };
  }

  #flagTest(): Condition {
    const isTrue = this.#random.below(2) === 0;
    const text = isTrue ? "item.on_sale == true" : "false == item.on_sale";
    return { text, level: LEVEL.comparison, of: ({ values }) => values.on_sale === isTrue };
  }

  /** What does not depend on the item. */
  #requestTest(): Condition {
    const { vip } = this.#request.user;
    const brand = this.#single("user", "brand");
    const test = (text: string, holds: boolean) => () => ({ text, level: LEVEL.comparison, of: () => holds });
    return pick(this.#random, [
      test("user.vip != false", !(vip === false)),
      test("user.vip == true", vip === true || vip === "true"),
      test('user.brand in ["red", "Blue"]', brand === "red" || brand === "Blue"),
      test('user.likes contains "jazz"', this.#likes().includes("jazz")),
      test("user.brand == context.brand", brand !== null && brand === this.#single("context", "brand")),
      test("context.budget == null", this.#request.context.budget === undefined),
    ])();
  }
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
