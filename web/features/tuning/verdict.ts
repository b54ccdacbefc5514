import { t } from "../../words/words.ts";

/** The outcome of a study in words: the winner against showing everybody the most popular items. */

export interface Verdict {
  readonly winner: number;
  readonly popularity: number;
  /** winner / popularity; null when popularity found nothing. */
  readonly ratio: number | null;
  /** `unclear` where the figures do not tell the two apart. */
  readonly outcome: "better" | "same" | "unclear" | "worse";
}

/** Below this relative difference two models count as equal. */
const SAME_WITHIN_RATIO = 0.01;

type Metrics = Readonly<Record<string, number>>;
type Intervals = Readonly<Record<string, { readonly low: number; readonly high: number }>>;

export function judge(
  metrics: {
    readonly winner: Metrics;
    readonly popularity: Metrics;
    readonly intervals?: { readonly winner: Intervals; readonly popularity: Intervals } | undefined;
    /** The winner minus popularity, on the same people. */
    readonly differences?: { readonly popularity: Intervals } | undefined;
  },
  metric: string,
): Verdict | null {
  const winner = metrics.winner[metric];
  const popularity = metrics.popularity[metric];
  if (winner === undefined || popularity === undefined) return null;
  const ratio = popularity > 0 ? winner / popularity : null;
  const difference = ratio === null ? (winner > 0 ? 1 : 0) : ratio - 1;
  return { winner, popularity, ratio, outcome: outcomeOf(difference, isUnclear(metrics, metric)) };
}

/** The largest of the shown values of a metric: the winner's, popularity's, and that of the live version where there is one. */
export function largestOf(
  { winner, popularity, serving }: { winner: Metrics; popularity: Metrics; serving?: Metrics | undefined },
  metric: string,
): number {
  return Math.max(...[winner, popularity, serving].map((metrics) => metrics?.[metric] ?? 0));
}

function outcomeOf(difference: number, isUnclear: boolean): Verdict["outcome"] {
  if (Math.abs(difference) < SAME_WITHIN_RATIO) return "same";
  if (isUnclear) return "unclear";
  return difference > 0 ? "better" : "worse";
}

/** Whether the 95 % interval of the difference holds 0; in figures from before it was kept, whether their own intervals overlap. */
function isUnclear(
  {
    intervals,
    differences,
  }: {
    readonly intervals?: { readonly winner: Intervals; readonly popularity: Intervals } | undefined;
    readonly differences?: { readonly popularity: Intervals } | undefined;
  },
  metric: string,
): boolean {
  const paired = differences?.popularity[metric];
  if (paired) return paired.low <= 0 && paired.high >= 0;
  const [a, b] = [intervals?.winner[metric], intervals?.popularity[metric]];
  return a !== undefined && b !== undefined && a.low <= b.high && b.low <= a.high;
}

/** `ndcg@10` of the study's evaluation, or the only metric. */
export function metricName(metric: string, cutoff: number, metrics: Metrics): string {
  const name = `${metric}@${cutoff}`;
  return name in metrics ? name : (Object.keys(metrics)[0] ?? name);
}

/** `isBaseline`: the winner is popularity itself. */
export function verdictSentence(verdict: Verdict, winnerTitle: string, isBaseline: boolean): string {
  if (isBaseline) return t("tuning.verdict.none");
  if (verdict.outcome === "same") {
    return t("tuning.verdict.same", winnerTitle);
  }
  if (verdict.outcome === "unclear") {
    return t("tuning.verdict.unclear", winnerTitle);
  }
  if (verdict.outcome === "worse") {
    return t("tuning.verdict.worse", winnerTitle);
  }
  if (verdict.ratio === null) return t("tuning.verdict.only", winnerTitle);
  return verdict.ratio >= 2
    ? t("tuning.verdict.times", winnerTitle, verdict.ratio.toFixed(1))
    : t("tuning.verdict.percent", winnerTitle, ((verdict.ratio - 1) * 100).toFixed(0));
}
