/** The form of an experiment as typed, and the request that it makes. Pure, apart from the language of the page. */
import type { ExperimentKind, Guardrails } from "#contract/experiment.ts";
import type { FieldErrors } from "../../api/api-error.ts";
import type { ExperimentBody } from "../../api/experiments.ts";
import { t } from "../../words/words.ts";

export interface VariantDraft {
  /** `slot:3`, `model:9` for a version that gets a slot, `popular`, or empty. */
  readonly source: string;
  readonly weight: string;
}

export interface ExperimentDraft {
  readonly name: string;
  readonly kind: ExperimentKind;
  /** The control first. */
  readonly variants: readonly VariantDraft[];
  readonly baseline: string;
  readonly heldOut: string;
  readonly types: string;
  readonly metric: "conversion" | "per_list" | "revenue";
  readonly allocation: "fixed" | "thompson";
  readonly latency: string;
  readonly empty: string;
  readonly items: string;
}

export const EMPTY_DRAFT: ExperimentDraft = {
  name: "",
  kind: "ab",
  variants: [
    { source: "", weight: "1" },
    { source: "", weight: "1" },
  ],
  baseline: "popular",
  heldOut: "5",
  types: "click",
  metric: "conversion",
  allocation: "fixed",
  latency: "",
  empty: "",
  items: "",
};

const PERCENT = 100;
const MAX_HELD_OUT_PERCENT = 50;

const numberOf = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));
const typesOf = (text: string) =>
  text
    .split(",")
    .map((type) => type.trim())
    .filter((type) => type !== "");

/** Problems by field; empty if the draft can be sent. */
export function problemsOf(draft: ExperimentDraft): FieldErrors {
  const found: Record<string, string[]> = {};
  if (draft.name.trim() === "") found.name = [t("experiments.form.problems.name")];
  if (typesOf(draft.types).length === 0) found.conversion_types = [t("experiments.form.problems.types")];
  if (draft.kind === "holdout") {
    const share = numberOf(draft.heldOut);
    if (draft.baseline === "") found.baseline = [t("experiments.form.problems.baseline")];
    if (!(share > 0 && share <= MAX_HELD_OUT_PERCENT)) found.heldOut = [t("experiments.form.heldOutRange")];
  } else {
    const sources = draft.variants.map(({ source }) => source);
    if (sources.includes("") || new Set(sources).size < sources.length)
      found.variants = [t("experiments.form.problems.variants")];
    if (draft.kind === "ab" && draft.variants.some(({ weight }) => !(numberOf(weight) > 0)))
      found.weights = [t("experiments.form.problems.weight")];
  }
  for (const field of ["latency", "empty", "items"] as const)
    if (draft[field].trim() !== "" && !(numberOf(draft[field]) >= 0))
      found[field] = [t("experiments.form.problems.number")];
  return found;
}

/** The versions that need a slot before the experiment is made. */
export function newModelsOf({ kind, variants, baseline }: ExperimentDraft): number[] {
  const sources = kind === "holdout" ? [baseline] : variants.map(({ source }) => source);
  return sources.flatMap((source) => (source.startsWith("model:") ? [Number(source.slice(6))] : []));
}

/** @param slotOf The slot that a version got. */
export function toRequest(
  draft: ExperimentDraft,
  project: number,
  slotOf: (modelId: number) => number,
): ExperimentBody {
  const toSlot = (source: string): number | null => {
    if (source === "popular") return null;
    return source.startsWith("model:") ? slotOf(Number(source.slice(6))) : Number(source.slice(5));
  };
  const variants =
    draft.kind === "holdout"
      ? [{ slot: toSlot(draft.baseline), weight: numberOf(draft.heldOut) / PERCENT }]
      : draft.variants.map(({ source, weight }) => ({
          slot: toSlot(source),
          weight: draft.kind === "ab" ? numberOf(weight) : 1,
        }));
  return {
    project,
    name: draft.name.trim(),
    kind: draft.kind,
    variants,
    allocation: draft.kind === "ab" ? draft.allocation : "fixed",
    conversion_types: typesOf(draft.types),
    metric: draft.metric,
    guardrails: guardrailsOf(draft),
  };
}

function guardrailsOf({ latency, empty, items }: ExperimentDraft): Guardrails {
  return {
    ...(latency.trim() !== "" && { latency_p95_ms: numberOf(latency) }),
    ...(empty.trim() !== "" && { empty_share: numberOf(empty) / PERCENT }),
    ...(items.trim() !== "" && { items_shown: numberOf(items) }),
  };
}
