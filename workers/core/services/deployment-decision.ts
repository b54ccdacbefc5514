/** Whether a retrained model may replace the one that serves. Pure. */

export interface MeasuredModel {
  readonly id: number;
  readonly version: number;
  /** By name, as in `ndcg@20`; null for a model that nobody measured. */
  readonly metrics: Readonly<Record<string, number>> | null;
  /** How it was measured. */
  /** What its study measured for the model that served when it began, on the same data; null where it did not. */
  readonly rival: { readonly id: number; readonly metrics: Readonly<Record<string, number>> } | null;
  readonly study: { readonly splitId: number; readonly evaluationId: number; readonly dataId: number } | null;
}

export interface DeploymentDecision {
  readonly deploys: boolean;
  /** For people. */
  readonly reason: string;
}

/**
 * Cases, first match wins:
 *  - nothing serves yet                              → deploys
 *  - measured beside the one that serves            → compared on the same held-out data
 *  - measured beside one that serves no longer      → stays: what it was compared with is gone
 *  - not measured alike (split, evaluation, metric)  → deploys: there is nothing to hold against it
 *  - worse by more than the tolerance                → stays
 *  - otherwise                                       → deploys
 *
 * `tolerance` is a share of what the serving model measured. All metrics are the better the higher.
 */
export function decideDeployment(
  candidate: MeasuredModel,
  serving: MeasuredModel | null,
  tolerance: number,
): DeploymentDecision {
  if (serving === null) return { deploys: true, reason: "Deployed: nothing served yet." };
  const { rival } = candidate;
  if (rival !== null && rival.id !== serving.id) {
    return { deploys: false, reason: `Not deployed: version ${serving.version} began to serve meanwhile.` };
  }
  const name = rival ? sharedName(candidate.metrics, rival.metrics) : commonMetric(candidate, serving);
  const before = name === null ? undefined : (rival ?? serving).metrics?.[name];
  const after = name === null ? undefined : candidate.metrics?.[name];
  if (before === undefined || after === undefined) {
    return {
      deploys: true,
      reason: `Deployed without a comparison: version ${serving.version} was not measured alike.`,
    };
  }
  const figures = `${name} ${after.toFixed(4)}, version ${serving.version} has ${before.toFixed(4)}`;
  if (after < before * (1 - tolerance)) {
    return { deploys: false, reason: `Not deployed: ${figures}, and the tolerance is ${tolerance * 100} %.` };
  }
  return { deploys: true, reason: `Deployed: ${figures}.` };
}

function commonMetric(a: MeasuredModel, b: MeasuredModel): string | null {
  const isAlike =
    a.study &&
    b.study &&
    a.study.splitId === b.study.splitId &&
    a.study.evaluationId === b.study.evaluationId;
  if (!isAlike) return null;
  return sharedName(a.metrics, b.metrics);
}

function sharedName(a: MeasuredModel["metrics"], b: MeasuredModel["metrics"]): string | null {
  const names = Object.keys(a ?? {}).filter((name) => b?.[name] !== undefined);
  return names.find((name) => name.startsWith("ndcg")) ?? names[0] ?? null;
}
