/** Whether a new model may replace the one that is live. Pure. */
import type { DeploymentVerdict } from "#contract/deployment.ts";

export interface MeasuredModel {
  readonly id: number;
  readonly version: number;
  /** All its measurements, each with the identity of its test part; the newest first. */
  readonly figures: readonly {
    readonly testPart: string;
    /** By name, for example `ndcg@20`. */
    readonly metrics: Readonly<Record<string, number>>;
  }[];
}

export interface DeploymentDecision {
  readonly deploys: boolean;
  /** For people. */
  readonly reason: string;
}

export interface Judgement {
  readonly verdict: Exclude<DeploymentVerdict, "live">;
  /** What decided; null without a figure of both. */
  readonly common: CommonFigure | null;
}

/**
 * Cases, first match wins:
 *  - nothing is live yet                             → `first`
 *  - no test part on which both were measured        → `unmeasured`
 *  - worse there by more than the tolerance          → `worse`
 *  - otherwise                                       → `not_worse`
 *
 * `tolerance` is a share of the live model's figure. For all metrics higher is better.
 */
export function judgeModel(
  candidate: MeasuredModel,
  serving: MeasuredModel | null,
  tolerance: number,
): Judgement {
  if (serving === null) return { verdict: "first", common: null };
  const common = commonFigure(candidate, serving);
  if (common === null) return { verdict: "unmeasured", common };
  return { verdict: common.after < common.before * (1 - tolerance) ? "worse" : "not_worse", common };
}

/** A model deploys if it is the first, or not worse: see `judgeModel`. */
export function decideDeployment(
  candidate: MeasuredModel,
  serving: MeasuredModel | null,
  tolerance: number,
): DeploymentDecision {
  if (serving === null) return { deploys: true, reason: "Deployed: nothing was live yet." };
  const { verdict, common } = judgeModel(candidate, serving, tolerance);
  if (common === null) {
    const text = `version ${serving.version} is live, and the two were not measured on the same test part.`;
    return { deploys: false, reason: `Not deployed: ${text}` };
  }
  const { name, after, before, testPart } = common;
  const figures = `${name} ${after.toFixed(4)}, version ${serving.version} has ${before.toFixed(4)} on the same test part (${testPart})`;
  if (verdict === "worse") {
    return {
      deploys: false,
      reason: `Not deployed: ${figures}, and the tolerance is ${percent(tolerance)}.`,
    };
  }
  return { deploys: true, reason: `Deployed: ${figures}.` };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

export interface CommonFigure {
  readonly name: string;
  readonly testPart: string;
  readonly after: number;
  readonly before: number;
}

/** The newest figures of both on one test part, and the metric to compare; null if there are none. */
export function commonFigure(candidate: MeasuredModel, serving: MeasuredModel): CommonFigure | null {
  for (const { testPart, metrics } of candidate.figures) {
    const other = serving.figures.find((figure) => figure.testPart === testPart);
    const name = other ? sharedName(metrics, other.metrics) : null;
    if (!other || name === null) continue;
    const [after, before] = [metrics[name], other.metrics[name]];
    if (after !== undefined && before !== undefined) return { name, testPart, after, before };
  }
  return null;
}

type Metrics = Readonly<Record<string, number>>;

function sharedName(a: Metrics, b: Metrics): string | null {
  const names = Object.keys(a).filter((name) => b[name] !== undefined);
  return names.find((name) => name.startsWith("ndcg")) ?? names[0] ?? null;
}
