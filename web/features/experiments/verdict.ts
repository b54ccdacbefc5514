/** What a report says, in the words of the page. Pure, apart from the language of the page. */
import type { ExperimentReport, ReportedVariant } from "#contract/experiment.ts";
import { formatCount, formatPercent } from "../../components/format.ts";
import { t } from "../../words/words.ts";

export interface Verdict {
  readonly tone: "good" | "warn" | "bad" | "info";
  readonly title: string;
  readonly detail: string;
}

/** The whole number of days that a rest of a day still needs. */
const wholeDays = (days: number) => Math.max(1, Math.ceil(days));

/**
 * @param level Of the ranges, such as .95.
 * @param nameOf The name of a slot; null are popular items.
 */
export function verdictOf(
  report: ExperimentReport,
  level: number,
  nameOf: (slot: number | null) => string,
): Verdict {
  const preference = preferenceOf(report, nameOf);
  if (preference !== null) return preference;
  switch (report.verdict) {
    case "better":
    case "worse":
      return decided(report, report.verdict, level, nameOf);
    case "guardrail":
      return {
        tone: "bad",
        title: t("experiments.verdict.guardrail"),
        detail: report.breaches.map((breach) => breachOf(breach, nameOf)).join(" "),
      };
    case "mismatch":
      return {
        tone: "bad",
        title: t("experiments.verdict.mismatch"),
        detail: t("experiments.verdict.mismatchWhy"),
      };
    default:
      return { tone: "info", title: t(`experiments.verdict.${report.verdict}`), detail: restOf(report) };
  }
}

/** `worse` is said of all variants but the control, which is then the best. A holdout compares everybody else with its baseline. */
function decided(
  report: ExperimentReport,
  verdict: "better" | "worse",
  level: number,
  nameOf: (slot: number | null) => string,
): Verdict {
  const [, first] = report.variants;
  const isHoldout = report.kind === "holdout";
  const shown =
    verdict === "better" && !isHoldout ? report.variants.find(({ slot }) => slot === report.best) : first;
  return {
    tone: verdict === "better" ? "good" : "warn",
    title: isHoldout
      ? t(verdict === "better" ? "experiments.verdict.pays" : "experiments.verdict.harms")
      : t(`experiments.verdict.${verdict}`, nameOf(report.best)),
    detail: shown ? differenceOf(report, shown, level) : "",
  };
}

/** The name of a line of the report: the second one of a holdout is of everybody outside. */
export function variantName(
  { kind, variants }: Pick<ExperimentReport, "kind" | "variants">,
  index: number,
  nameOf: (slot: number | null) => string,
): string {
  if (kind === "holdout" && index === 1) return t("experiments.report.outside");
  return nameOf(variants[index]?.slot ?? null);
}

function differenceOf(report: ExperimentReport, variant: ReportedVariant, level: number): string {
  const { relative, win_probability } = variant;
  if (relative === null) return "";
  const what = t(`experiments.metrics.${report.metric}`);
  const size = formatPercent(Math.abs(relative.estimate));
  return [
    t(relative.estimate >= 0 ? "experiments.verdict.more" : "experiments.verdict.fewer", size, what),
    win_probability === null ? "" : t("experiments.verdict.sure", formatPercent(win_probability)),
    t("experiments.verdict.range", formatPercent(level), signed(relative.low), signed(relative.high)),
  ]
    .filter((text) => text !== "")
    .join(" ");
}

/** How long it still takes; empty where that is no question. */
function restOf({ verdict, days_left }: ExperimentReport): string {
  if (verdict === "no_difference") return "";
  return days_left === null
    ? t("experiments.verdict.noDays")
    : t("experiments.verdict.days", wholeDays(days_left));
}

function breachOf(
  { slot, guardrail, value, bound }: ExperimentReport["breaches"][number],
  nameOf: (slot: number | null) => string,
): string {
  const name = guardrail as "latency_p95_ms" | "empty_share" | "items_shown";
  const shown = (figure: number) => (name === "empty_share" ? formatPercent(figure) : formatCount(figure));
  return t(
    "experiments.verdict.breach",
    nameOf(slot),
    t(`experiments.bounds.${name}`),
    shown(value),
    shown(bound),
  );
}

/** Of interleaving: whose items people take. Its interval is at the experiment's level, so one without 0 is clear. */
function preferenceOf(
  { preference, variants }: ExperimentReport,
  nameOf: (slot: number | null) => string,
): Verdict | null {
  if (preference === null) return null;
  const { interval, credits, people } = preference;
  const [first = 0, second = 0] = credits;
  const winner = interval === null ? null : interval.low > 0 ? 1 : interval.high < 0 ? 0 : null;
  const [own, other] = winner === 0 ? [first, second] : [second, first];
  return {
    tone: winner === null ? "info" : "good",
    title:
      winner === null
        ? t("experiments.verdict.noPreference")
        : t("experiments.verdict.prefers", nameOf(variants[winner]?.slot ?? null)),
    detail: t("experiments.verdict.preferenceWhy", formatCount(own), formatCount(other), formatCount(people)),
  };
}

/** A change as a percentage with its sign. */
export function signed(ratio: number): string {
  return `${ratio > 0 ? "+" : ratio < 0 ? "−" : ""}${formatPercent(Math.abs(ratio))}`;
}
