/** How a project's lists explore and whether its answers are written as impressions, as form fields hold it. Pure. */

import { type ImpressionMode, type Traffic, type TrafficSettings, toTraffic } from "#contract/traffic.ts";
import type { FieldErrors } from "../../api/api-error.ts";
import { t } from "../../words/words.ts";

export interface ListValues {
  /** Percent of the positions. */
  readonly exploration_rate: string;
  readonly impressions: ImpressionMode;
  /** Percent of the answers. */
  readonly impression_rate: string;
  /** Percent of the answers that are written. */
  readonly replay_rate: string;
}
export type ListField = keyof ListValues;

/** What the project of the form has already. */
export type ListSettings = Pick<TrafficSettings, ListField>;

type RateField = "exploration_rate" | "impression_rate" | "replay_rate";

export const impressionOptions = (): readonly {
  readonly value: ImpressionMode;
  readonly label: string;
}[] => [
  { value: "client", label: t("settings.lists.client") },
  { value: "automatic", label: t("settings.lists.automatic") },
];

export function toListValues(settings: ListSettings): ListValues {
  const { exploration_rate, impressions, impression_rate, replay_rate } = toTraffic(settings);
  return {
    exploration_rate: toPercent(exploration_rate),
    impressions,
    impression_rate: toPercent(impression_rate),
    replay_rate: toPercent(replay_rate),
  };
}

/** The settings that differ from the project's, or the errors by field. A rate in a field that is not shown is not checked. */
export function checkListValues(
  values: ListValues,
  settings: ListSettings,
): { readonly changes: ListSettings } | { readonly problems: FieldErrors } {
  const before = toTraffic(settings);
  const fields: readonly RateField[] =
    values.impressions === "automatic"
      ? ["exploration_rate", "impression_rate", "replay_rate"]
      : ["exploration_rate", "replay_rate"];
  const problems = fields.filter((field) => rateOf(values[field]) === null);
  if (problems.length > 0) {
    return {
      problems: Object.fromEntries(problems.map((field) => [field, [t("settings.wrongPercent")]])),
    };
  }
  const rates = fields.map((field) => [field, rateOf(values[field])] as const);
  const entries = [["impressions", values.impressions] as const, ...rates];
  return { changes: Object.fromEntries(entries.filter(([field, value]) => !isSame(before, field, value))) };
}

/** Compares rates as they are shown: 0.07 and 0.07000000000000001 are the same. */
function isSame(before: Traffic, field: ListField, value: string | number | null): boolean {
  const known = before[field];
  return typeof known === "number" ? toPercent(known) === toPercent(Number(value)) : known === value;
}

/** Twelve digits: 0.07 · 100 is 7.000000000000001 in floating point and means 7. */
function toPercent(rate: number): string {
  return String(Number((rate * 100).toPrecision(12)));
}

/** Null if the text is no percentage from 0 to 100. */
function rateOf(text: string): number | null {
  const percent = text.trim();
  if (!/^\d+(\.\d+)?$/.test(percent)) return null;
  const rate = Number((Number(percent) / 100).toPrecision(12));
  return rate <= 1 ? rate : null;
}
