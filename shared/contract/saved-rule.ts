/** Rules that a project saves by name, so that serving changes without a deployment. */
import * as z from "zod";
import { boolean, dateTime, integer, MAX_INTEGER, reference, text } from "./field.ts";
import { scoredItem } from "./model.ts";
import { name256, rowId, timestamp } from "./primitives.ts";

export const RULE_KINDS = ["filter", "boost", "pin", "cap"] as const;
export type SavedRuleKind = (typeof RULE_KINDS)[number];

/** Characters of a saved rule. All rules of a project travel in one entry to every location. */
export const MAX_SAVED_RULE_LENGTH = 4_096;
export const MAX_SAVED_RULES = 100;
export const MAX_RULE_PRIORITY = 1_000;

export const savedRuleRequest = z.strictObject({
  project: reference(),
  name: text({ max: 256 }),
  /** In the language of docs/guides/rules.md; its first word says what kind of rule it is. */
  rule: text({ max: MAX_SAVED_RULE_LENGTH }),
  /** Of two pins for one position the one with the higher priority wins, then the older one. */
  priority: integer({ min: -MAX_RULE_PRIORITY, max: MAX_RULE_PRIORITY }).default(0),
  /** In force from this time on; null: at once. */
  starts_at: dateTime().nullish(),
  /** In force before this time; null: without end. */
  ends_at: dateTime().nullish(),
  is_enabled: boolean().default(true),
});
export type SavedRuleRequest = z.infer<typeof savedRuleRequest>;

export const savedRuleResponse = z.object({
  id: rowId,
  project: rowId,
  name: name256,
  kind: z.enum(RULE_KINDS),
  rule: z.string(),
  priority: z.number().int(),
  starts_at: timestamp.nullable(),
  ends_at: timestamp.nullable(),
  is_enabled: z.boolean(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type SavedRuleResponse = z.infer<typeof savedRuleResponse>;

const MAX_PREVIEWED_ITEMS = 50;

/** One person's list as it is, and with a rule that is not saved yet. */
export const rulePreviewRequest = z.strictObject({
  user_id: text({ max: 256 }),
  rule: text({ max: MAX_SAVED_RULE_LENGTH }),
  /** A saved rule whose place it takes; null for a new one. */
  replaces: reference().nullish(),
  priority: savedRuleRequest.shape.priority,
  limit: integer({ min: 1, max: MAX_PREVIEWED_ITEMS }).default(10),
});
export type RulePreviewRequest = z.infer<typeof rulePreviewRequest>;

// Each may take a read of a history; a request has about a thousand.
const MAX_IMPACT_PEOPLE = 200;

/** What a rule that is not saved yet changes for people of the training data. */
export const ruleImpactRequest = rulePreviewRequest.omit({ user_id: true }).extend({
  people: integer({ min: 1, max: MAX_IMPACT_PEOPLE }).default(100),
  /** The same seed draws the same people. */
  seed: integer({ min: 0, max: MAX_INTEGER }).default(0),
});
export type RuleImpactRequest = z.infer<typeof ruleImpactRequest>;

export const ruleImpactResponse = z.object({
  kind: z.enum(RULE_KINDS),
  /** The live version that makes the lists. */
  model: rowId,
  version: z.number().int(),
  seed: z.number().int(),
  /** People drawn; fewer than asked for where the training data have fewer. */
  people: z.number().int(),
  /** People whose list has another item at some place with the rule. */
  changed: z.number().int(),
  /** Of the changed lists: items that only the list with the rule has, on average. Null if none is changed. */
  mean_new_items: z.number().nullable(),
  /** Changed lists without any item. */
  emptied: z.number().int(),
});
export type RuleImpactResponse = z.infer<typeof ruleImpactResponse>;

export const rulePreviewResponse = z.object({
  kind: z.enum(RULE_KINDS),
  /** The live version that makes both lists. */
  model: rowId,
  version: z.number().int(),
  /** By the saved rules in force, without the one that is replaced. */
  without: z.array(scoredItem),
  /** The same with the rule, whether it is enabled or scheduled or not. */
  with: z.array(scoredItem),
  /** Rules that were left out, and filters that leave no item. */
  warnings: z.array(z.string()),
});
export type RulePreviewResponse = z.infer<typeof rulePreviewResponse>;
