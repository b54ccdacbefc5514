/** The outcome of a study in words: the winner against showing everybody the most popular items. */

export interface Verdict {
  readonly winner: number;
  readonly popularity: number;
  /** winner / popularity; null when popularity found nothing. */
  readonly ratio: number | null;
  readonly outcome: "better" | "same" | "worse";
}

/** Below this relative difference two models are the same to a reader. */
const SAME_WITHIN_RATIO = 0.01;

type Metrics = Readonly<Record<string, number>>;

export function judge(
  metrics: { readonly winner: Metrics; readonly popularity: Metrics },
  metric: string,
): Verdict | null {
  const winner = metrics.winner[metric];
  const popularity = metrics.popularity[metric];
  if (winner === undefined || popularity === undefined) return null;
  const ratio = popularity > 0 ? winner / popularity : null;
  const difference = ratio === null ? (winner > 0 ? 1 : 0) : ratio - 1;
  const outcome = Math.abs(difference) < SAME_WITHIN_RATIO ? "same" : difference > 0 ? "better" : "worse";
  return { winner, popularity, ratio, outcome };
}

/** `ndcg@10` from what the study was asked, or the one metric there is. */
export function metricName(metric: string, cutoff: number, metrics: Metrics): string {
  const name = `${metric}@${cutoff}`;
  return name in metrics ? name : (Object.keys(metrics)[0] ?? name);
}

/** `isBaseline`: the winner is popularity itself. */
export function verdictSentence(verdict: Verdict, winnerTitle: string, isBaseline: boolean): string {
  if (isBaseline) return "No algorithm did better than showing everyone the most popular items.";
  if (verdict.outcome === "same") {
    return `${winnerTitle} does as well as showing everyone the most popular items.`;
  }
  if (verdict.outcome === "worse") {
    return `${winnerTitle} does worse than showing everyone the most popular items.`;
  }
  if (verdict.ratio === null) return `${winnerTitle} finds what popularity alone never does.`;
  const gain =
    verdict.ratio >= 2 ? `${verdict.ratio.toFixed(1)} times` : `${((verdict.ratio - 1) * 100).toFixed(0)}%`;
  const phrase = verdict.ratio >= 2 ? `${gain} as good as` : `${gain} better than`;
  return `${winnerTitle} is ${phrase} showing everyone the most popular items.`;
}
