import { findAlgorithm } from "#contract/algorithm-names.ts";
import { ALGORITHM_PARAMS, DEFAULT_STUDY_ALGORITHMS } from "#contract/algorithms.ts";
import type { ModelConfigurationResponse } from "#contract/model.ts";
import { formatParam } from "../../components/format.ts";
import { t } from "../../words/words.ts";

/** A configuration as it is typed. */
export interface ConfigurationDraft {
  readonly name: string;
  readonly algorithm: string;
  /** A JSON object. */
  readonly settings: string;
}

/** Texts by the names that the API gives to the fields. */
export type DraftProblems = Readonly<Record<string, readonly string[]>>;

/** What the form begins with: a stored configuration, or an empty one. */
export function draftOf(row: ModelConfigurationResponse | null): ConfigurationDraft {
  if (row === null) return { name: "", algorithm: DEFAULT_STUDY_ALGORITHMS[0] ?? "", settings: "{}" };
  return {
    name: row.name ?? "",
    algorithm: findAlgorithm(row.recommender_class_name) ?? row.recommender_class_name,
    settings: JSON.stringify(row.parameters_json, null, 2),
  };
}

/** The settings of a draft, or what is wrong with it. Whether an algorithm has them, the server says. */
export function checkDraft(
  draft: ConfigurationDraft,
): { readonly settings: Record<string, unknown> } | { readonly problems: DraftProblems } {
  const settings = readSettings(draft.settings);
  const problems = {
    ...(draft.name.trim() ? {} : { name: [t("configurations.missingName")] }),
    ...(settings ? {} : { parameters_json: [t("configurations.noObject")] }),
  };
  return settings && Object.keys(problems).length === 0 ? { settings } : { problems };
}

function readSettings(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() || "{}");
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The parameters of an algorithm with their defaults, as shown. */
export function knownParams(algorithm: string): readonly (readonly [name: string, usual: string])[] {
  const found = findAlgorithm(algorithm);
  return found === null
    ? []
    : Object.entries(ALGORITHM_PARAMS[found]).map(([name, spec]) => [name, formatParam(spec.default)]);
}

/** The stored settings in one line: plain values by name. */
export function settingsLine(parameters: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${isShown(value) ? formatParam(value) : JSON.stringify(value)}`)
    .join(", ");
}

function isShown(value: unknown): value is number | string | boolean {
  return ["number", "string", "boolean"].includes(typeof value);
}
