/** No text makes the compiler fail in another way than with an error that names a place inside the text. */
import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "#engine/random.ts";
import { type CompiledRule, compileRule } from "#engine/rules/compile-rule.ts";
import { RuleError } from "#engine/rules/rule-error.ts";
import { casesOf } from "../../../setup/random-cases.ts";
import { RuleMaker } from "./random-rules.ts";
import { pick, randomRequest, randomWorld } from "./random-world.ts";

const { schema } = randomWorld(createRandom(1));

/** The rule, or the error after checking its place. Other errors are thrown on. */
function attempt(text: string): CompiledRule | RuleError {
  try {
    return compileRule(text, schema);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    if (!isInside(error, text)) throw new Error(`The place is outside of the text ${text}`, { cause: error });
    return error;
  }
}

function isInside({ offset, length, line, column }: RuleError, text: string): boolean {
  const lines = text.split("\n");
  if (offset < 0 || offset + length > text.length || line > lines.length) return false;
  return column <= (lines[line - 1] as string).length + 1;
}

const PIECES = [
  ..."()[].,+-*/<>=!&|\"'\\ \n\t0123456789eE_",
  ...["==", "!=", "<=", ">=", " and ", " or ", " not ", " in ", " contains ", "any ", "all ", "null", "true"],
  ...[
    "item.",
    "user.",
    "context.",
    "item.price",
    "item.brand",
    "item.genres",
    "item.released",
    "now()",
    "days(",
  ],
  ...["date(", "count(", "if(", "min(", "multiply ", "add ", "pin ", " at ", "most ", " per ", " where "],
  ...["\u0000", "é", "😀", "\ud800", "\u2028", "ﬀ"],
];

function noise(random: Random): string {
  return Array.from({ length: random.below(24) }, () => pick(random, PIECES)).join("");
}

function bytes(random: Random): string {
  const raw = Uint8Array.from({ length: random.below(60) }, () => random.below(256));
  return new TextDecoder().decode(raw);
}

/** A valid program with one to three pieces taken out, put in, doubled or swapped. */
function mutated(random: Random, text: string): string {
  let changed = text;
  for (let change = 0; change <= random.below(3); change++) {
    const at = random.below(changed.length + 1);
    const to = Math.min(changed.length, at + random.below(6));
    const cut = changed.slice(at, to);
    const put = pick(random, ["", pick(random, PIECES), cut + cut, cut.toUpperCase()]);
    changed = changed.slice(0, at) + put + changed.slice(to);
  }
  return changed;
}

const CASES = casesOf(10_000);

describe("the grammar under random text", () => {
  it("answers random bytes and random pieces with a rule or a placed error", () => {
    const random = createRandom(3);
    let errors = 0;
    for (let at = 0; at < CASES; at++) {
      if (attempt(at % 2 === 0 ? bytes(random) : noise(random)) instanceof RuleError) errors++;
    }
    expect(errors).toBeGreaterThan(0.9 * CASES);
  });

  it("answers changed programs with a rule or a placed error", () => {
    const random = createRandom(4);
    let [rules, errors] = [0, 0];
    for (let at = 0; at < CASES; at++) {
      const maker = new RuleMaker(random, randomRequest(random, []));
      if (attempt(mutated(random, maker.condition(3).text)) instanceof RuleError) errors++;
      else rules++;
    }
    expect(rules).toBeGreaterThan(CASES / 20);
    expect(errors).toBeGreaterThan(0.3 * CASES);
  });

  it("reads every prefix of a program", () => {
    const text =
      'multiply if(item.price < 10 and "a\\u00e9" in item.genres, 1.5, -2) where item.brand not in ["x", \'y\']';
    expect(attempt(text)).not.toBeInstanceOf(RuleError);
    for (let end = 0; end < text.length; end++) attempt(text.slice(0, end));
  });
});

describe("a rule past a limit", () => {
  it.each([
    ["parentheses", `${"(".repeat(10_000)}1 == 1${")".repeat(10_000)}`, /nested more than 64/],
    ["open parentheses alone", "(".repeat(30_000), /nested more than 64/],
    ["lists", "[".repeat(10_000), /nested more than 64/],
    ["calls", "abs(".repeat(8_000), /nested more than 64/],
    ["negations", `${"not ".repeat(8_000)}true`, /nested more than 64/],
    ["signs", `item.price == ${"-".repeat(10_000)}1`, /nested more than 64/],
    ["sums", `item.price == 1${"+1".repeat(16_000)}`, /more than 1000 parts/],
    ["conditions", Array(3_000).fill("true").join(" or "), /more than 1000 parts/],
    ["tests of every item", Array(101).fill("item.price > 1").join(" or "), /More than 100 parts/],
    ["list values", `item.id in [${Array(5_001).fill("'a'").join(",")}]`, /more than 5000 values/],
    ["characters", " ".repeat(40_000), /40000 characters/],
  ])("is refused for its %s, with the place", (_, text, message) => {
    const error = attempt(text);
    expect(error).toBeInstanceOf(RuleError);
    expect((error as RuleError).message).toMatch(message);
  });

  it("is accepted just before it", () => {
    expect(attempt(`${"(".repeat(64)}item.on_sale${")".repeat(64)}`)).not.toBeInstanceOf(RuleError);
    expect(attempt(`item.id in [${Array(5_000).fill("'a'").join(",")}]`)).not.toBeInstanceOf(RuleError);
    expect(attempt(Array(100).fill("item.price > 1").join(" or "))).not.toBeInstanceOf(RuleError);
  });
});
