/** What a replay came to, for people. */
import type { ReplayResult } from "#contract/replay.ts";
import { type Estimate, OffPolicySums } from "#engine/experiment/replay/off-policy.ts";
import type { ReplayRow } from "./replays.ts";

type Figures = Omit<ReplayResult, "advice" | "warnings">;
type Estimates = NonNullable<ReplayResult["estimates"]>;

/** Below this share of places with support the estimates are of another list than the model's. */
const ENOUGH_SUPPORT = 0.8;
/** Intervals rest on the central limit theorem. */
const ENOUGH_LISTS = 100;
const LEARNED =
  "The time begins before that of the model's training data: the model may have learned from what people did with these lists, which makes it look better than it is.";

export function replayResultOf(row: ReplayRow): ReplayResult {
  const { sums, leftOut, sampled } = row.tally;
  const figures: Figures = {
    estimates: sums === null ? null : estimatesOf(new OffPolicySums(sums), row.confidenceLevel),
    left_out: leftOut,
    sampled,
  };
  const warnings = row.from < row.trainedTo ? [LEARNED] : [];
  return { ...figures, warnings, advice: replayAdvice(figures) };
}

function estimatesOf(sums: OffPolicySums, confidence: number): Estimates | null {
  const found = sums.estimates(confidence);
  if (found === null) return null;
  const { people, lists, logged, ips, gain } = found;
  return {
    ...{ people, lists, logged, ips, gain },
    supported_share: Math.min(1, found.supportedShare),
    effective_lists: found.effectiveSampleSize,
    self_normalised: found.selfNormalised,
    doubly_robust: found.doublyRobust,
  };
}

function replayAdvice({ estimates, left_out }: Figures): string {
  if (estimates === null) {
    const unknown = left_out.without_propensity;
    return unknown > 0
      ? `Nothing can be said: no list with a probability shows what the model would show. ${unknown} lists have no probability; set replay_rate of the project above 0, or interleave the model.`
      : "Nothing can be said: the log has no list that shows what the model would show in the same place. Interleave the model instead.";
  }
  const { supported_share: share, effective_lists: lists, gain, logged } = estimates;
  if (share < ENOUGH_SUPPORT) {
    return `The log says little: ${percent(share)} of the model's places could have been shown as they are, so these figures are of that part alone. Interleave the model instead.`;
  }
  if (lists < ENOUGH_LISTS) {
    return `The log says little: it is worth ${Math.floor(lists)} lists of the model. Wait for more lists, or interleave the model.`;
  }
  const text = `${differenceText(gain, logged)} per list (${signed(gain.low)} to ${signed(gain.high)})`;
  if (gain.low > 0) return `Go on: people would take ${text}. Interleave it to be sure.`;
  if (gain.high < 0) return `Do not go on: people would take ${text}.`;
  return `Undecided: people would take ${text}, which may be chance. Interleave the model: that needs few people.`;
}

function differenceText({ estimate }: Estimate, { estimate: logged }: Estimate): string {
  const share = logged > 0 ? ` (${percent(Math.abs(estimate) / logged)})` : "";
  return `${Math.abs(estimate).toPrecision(2)} items${share} ${estimate >= 0 ? "more" : "less"}`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toPrecision(2)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
