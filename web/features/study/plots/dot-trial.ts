/** The trials that charts show: those with a value. Pure. */
import type { TrialResponse } from "#contract/tuning-job.ts";
import { algorithmSeries } from "../../algorithms/algorithm-look.ts";

export interface DotTrial extends Pick<TrialResponse, "number" | "algorithm" | "params"> {
  readonly value: number;
  readonly isPruned: boolean;
  readonly colour: string;
}

/** Complete trials, and those that were stopped early with the value of their last report. */
export function dotTrials(trials: readonly TrialResponse[]): DotTrial[] {
  return trials.flatMap(({ number, algorithm, params, value, state }) =>
    value === null || (state !== "COMPLETE" && state !== "PRUNED")
      ? []
      : [
          {
            ...{ number, algorithm, params, value },
            ...{ isPruned: state === "PRUNED", colour: algorithmSeries(algorithm) },
          },
        ],
  );
}

/** The algorithms of trials, those with the most complete ones first; of equals, the first by name. */
export function algorithmsOf(trials: readonly DotTrial[]): string[] {
  const counts = new Map<string, number>();
  for (const { algorithm, isPruned } of trials) {
    if (algorithm !== null && !isPruned) counts.set(algorithm, (counts.get(algorithm) ?? 0) + 1);
  }
  return [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).map(([name]) => name);
}
