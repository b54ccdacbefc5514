/** The rules of a request: those saved for the project and those it brings, compiled and applied to a model's items. */

import { type Bitmap, emptyBitmap, hasBit, setBit } from "#engine/catalogue/bitmap.ts";
import {
  type Catalogue,
  type CatalogueItem,
  changeCatalogue,
  emptyCatalogue,
  missingItems,
  rowsOf,
} from "#engine/catalogue/catalogue.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import type { ItemRules } from "#engine/rank/item-rules.ts";
import { adjustScores, itemRulesOf } from "#engine/rules/adjust-scores.ts";
import { type AppliedRules, applyRules } from "#engine/rules/apply-rules.ts";
import { arrange } from "#engine/rules/arrange.ts";
import { type BlockingClause, blockingClauses } from "#engine/rules/blocking-clauses.ts";
import { type CompiledRule, compileRule } from "#engine/rules/compile-rule.ts";
import { RuleError } from "#engine/rules/rule-error.ts";
import type { RuleRequest } from "#engine/rules/rule-request.ts";
import type { RuleKind } from "#engine/rules/syntax.ts";
import type { Ranking } from "#engine/serve/recommendation.ts";
import type { RuleVerdict } from "#services/preview.ts";
import type { SavedRule } from "#storage/routing-store.ts";
import type { ItemCounts } from "../memory/event-count-memory.ts";

/** What a request asks of rules. */
export interface RulesAsked {
  /** A filter. */
  readonly filter?: string | undefined;
  /** Boosts, pins and caps. */
  readonly boosts?: readonly string[] | undefined;
  readonly request: Omit<RuleRequest, "counts">;
  /** Events by item, for `count(…)`; null where they are unknown. */
  readonly counts?: (event: string, windowMs: number) => ItemCounts | null;
}

export interface RulesForModel {
  /** The rules over the rows of the model's catalogue. */
  readonly applied: AppliedRules;
  /** The row of each item of the model. */
  readonly rows: Int32Array;
  /** Applies filters and boosts to the scores of all items of the model. */
  readonly adjust: (scores: Float32Array) => void;
  /** The same for single items. */
  readonly itemRules: ItemRules;
  /** Puts pins and caps into a list of the model's items; null without any. */
  readonly arrange: ((ranking: Ranking) => number[]) | null;
  /** The length of the whole list under caps; null without any. */
  readonly countArranged: ((ranking: Ranking) => number) | null;
  /** If the rules leave no item: the clauses that no item fits, none if they only do so together. Otherwise null. */
  readonly blocking: readonly BlockingClause[] | null;
  /** Saved rules that do not fit the catalogue any more and were left out, with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/** A text of the request that is no rule. */
export class RefusedRule extends Error {
  readonly field: "filter" | "boost";
  override readonly cause: RuleError;

  constructor(field: "filter" | "boost", cause: RuleError) {
    super(cause.message, { cause });
    this.name = "RefusedRule";
    this.field = field;
    this.cause = cause;
  }
}

/** A catalogue with a row for every item of a model. */
interface AlignedCatalogue {
  readonly from: Catalogue;
  readonly catalogue: Catalogue;
  /** Items of the model that `from` lacks. */
  readonly missing: readonly CatalogueItem[];
  /** The row of each item. */
  readonly rows: Int32Array;
  /** All of these rows. */
  readonly members: Bitmap;
}

/** Compiled texts kept for one catalogue. */
const MAX_COMPILED = 256;

/** Compiles each text once for a catalogue, and finds a model's items in it once. */
export class RuleBook {
  readonly #compiled = new WeakMap<Catalogue, Map<string, CompiledRule | RuleError>>();
  readonly #aligned = new WeakMap<IdMap, AlignedCatalogue>();
  readonly #counted = new WeakMap<ItemCounts, { readonly itemIds: IdMap; readonly rows: Float64Array }>();
  readonly #none = emptyCatalogue();

  /**
   * The rules of a request for a model. Throws `RefusedRule` for a text of the request that is no rule. A saved rule that does not
   * compile is left out. A property may have left the catalogue after the rule was saved, and the list must not be empty for that.
   *
   * @param catalogue  Null for a project without metadata: its items have an id alone.
   * @param saved      In any order; those that are not in force are skipped.
   */
  rulesFor(
    items: IdMap,
    catalogue: Catalogue | null,
    saved: readonly SavedRule[],
    asked: RulesAsked,
  ): RulesForModel {
    const aligned = this.#align(items, catalogue ?? this.#none);
    const rules: CompiledRule[] = [];
    const leftOut: { name: string; reason: string }[] = [];
    for (const { name, rule } of inForce(saved, asked.request.now)) {
      const compiled = this.#compile(aligned.catalogue, rule);
      if (compiled instanceof RuleError) leftOut.push({ name, reason: compiled.message });
      else rules.push(compiled);
    }
    if (asked.filter !== undefined)
      rules.push(this.#own(aligned.catalogue, "filter", asked.filter, "filter"));
    for (const text of asked.boosts ?? []) rules.push(this.#own(aligned.catalogue, "boost", text));
    const counts = (event: string, windowMs: number) => {
      const found = asked.counts?.(event, windowMs) ?? null;
      return found && this.#byRow(aligned.catalogue, found);
    };
    const request = { ...asked.request, counts };
    const applied = applyRules(rules, aligned.catalogue, request);
    const { rows, members } = aligned;
    const itemRules = itemRulesOf(rows, members, applied);
    const isBlocked = itemRules.allowedCount === 0 && rules.some(({ rule }) => rule.kind === "filter");
    const isArranged = applied.pins.length > 0 || applied.caps.length > 0;
    return {
      applied,
      rows,
      leftOut,
      adjust: (scores) => adjustScores(scores, rows, applied),
      itemRules,
      blocking: isBlocked ? blockingClauses(rules, aligned.catalogue, { request, members }) : null,
      arrange: isArranged ? (ranking) => arrangeItems(ranking, rows, applied) : null,
      countArranged: applied.caps.length > 0 ? (ranking) => countItems(ranking, rows, applied) : null,
    };
  }

  /** Counts by row of a catalogue, computed once for the same counts. */
  #byRow({ itemIds }: Catalogue, counts: ItemCounts): Float64Array {
    const known = this.#counted.get(counts);
    if (known?.itemIds === itemIds) return known.rows;
    const rows = new Float64Array(itemIds.size);
    for (const [itemId, count] of counts) {
      const row = itemIds.indexOf(itemId);
      if (row >= 0) rows[row] = count;
    }
    this.#counted.set(counts, { itemIds, rows });
    return rows;
  }

  #own(catalogue: Catalogue, field: "filter" | "boost", text: string, kind?: RuleKind): CompiledRule {
    const compiled = this.#compile(catalogue, text, kind);
    if (compiled instanceof RuleError) throw new RefusedRule(field, compiled);
    return compiled;
  }

  #compile(catalogue: Catalogue, text: string, kind?: RuleKind): CompiledRule | RuleError {
    let kept = this.#compiled.get(catalogue);
    if (!kept) {
      kept = new Map();
      this.#compiled.set(catalogue, kept);
    }
    const key = `${kind ?? ""}:${text}`;
    const found = kept.get(key);
    if (found) {
      kept.delete(key);
      kept.set(key, found);
      return found;
    }
    const compiled = compiledOrError(catalogue.schema, text, kind);
    kept.set(key, compiled);
    const [oldest] = kept.keys();
    if (kept.size > MAX_COMPILED && oldest !== undefined) kept.delete(oldest);
    return compiled;
  }

  /** The catalogue with a row for every item of the model. One whose items are the same has the same rows. */
  #align(items: IdMap, from: Catalogue): AlignedCatalogue {
    const known = this.#aligned.get(items);
    if (known?.from === from) return known;
    const same = known?.from.itemIds === from.itemIds ? known : null;
    const missing = same?.missing ?? missingItems(from, items);
    const catalogue = missing.length === 0 ? from : changeCatalogue(from, missing).catalogue;
    const rows = same?.rows ?? rowsOf(catalogue, items);
    const members = same?.members ?? membersOf(catalogue, rows);
    const aligned = { from, catalogue, missing, rows, members };
    this.#aligned.set(items, aligned);
    return aligned;
  }
}

function membersOf(catalogue: Catalogue, rows: Int32Array): Bitmap {
  const members = emptyBitmap(catalogue.itemIds.size);
  for (const row of rows) setBit(members, row);
  return members;
}

/** `arrange` over the items of a model, which are rows of the catalogue by `rows`. An item that is left out is not pinned. */
function arrangeItems(ranking: Ranking, rows: Int32Array, { pins, caps }: AppliedRules): number[] {
  const rowOf = (item: number) => rows[item] as number;
  return arrange({
    ranked: ranking.ranked,
    length: ranking.length,
    pins,
    caps: caps.map(({ most, groupOf }) => ({ most, groupOf: (item) => groupOf(rowOf(item)) })),
    bestOf: (pinned, taken) => bestItem(ranking, (item) => hasBit(pinned, rowOf(item)) && !taken.has(item)),
  });
}

/** The first item of the ranking for which something holds, or null. */
function bestItem({ scores, popular }: Ranking, isWanted: (item: number) => boolean): number | null {
  let best = -1;
  for (let item = 0; item < scores.length; item++) {
    const bar = best < 0 ? Number.NEGATIVE_INFINITY : (scores[best] as number);
    if ((scores[item] as number) > bar && isWanted(item)) best = item;
  }
  if (best < 0) return null;
  if (scores[best] !== 0) return best;
  return popular.find((item) => scores[item] === 0 && isWanted(item)) ?? best;
}

/** Items that caps leave of the ranking. One cap counts by groups; more of them, or pins, depend on the order. */
function countItems(ranking: Ranking, rows: Int32Array, applied: AppliedRules): number {
  const [cap, ...others] = applied.caps;
  if (!cap || others.length + applied.pins.length > 0) return arrangeItems(ranking, rows, applied).length;
  const { scores } = ranking;
  const groups: number[] = [];
  let count = 0;
  for (let item = 0; item < scores.length; item++) {
    if (scores[item] === Number.NEGATIVE_INFINITY) continue;
    const group = cap.groupOf(rows[item] as number);
    const known = group < 0 ? 0 : (groups[group] ?? 0);
    if (known === cap.most) continue;
    if (group >= 0) groups[group] = known + 1;
    count++;
  }
  return count;
}

/** What a rule is under these columns, or why it cannot be used. */
export function verdictOn(text: string, schema: Catalogue["schema"]): RuleVerdict {
  const compiled = compiledOrError(schema, text);
  return compiled instanceof RuleError ? { problem: compiled.message } : { kind: compiled.rule.kind };
}

function compiledOrError(
  schema: Catalogue["schema"],
  text: string,
  kind?: RuleKind,
): CompiledRule | RuleError {
  try {
    return compileRule(text, schema, kind);
  } catch (error) {
    if (error instanceof RuleError) return error;
    throw error;
  }
}

/** The saved rules that are in force at a time, the highest priority first. */
function inForce(saved: readonly SavedRule[], now: number): SavedRule[] {
  const active = saved.filter(({ from, to }) => (from === null || from <= now) && (to === null || now < to));
  return active.sort((a, b) => b.priority - a.priority || a.id - b.id);
}
