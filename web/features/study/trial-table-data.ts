/** The trials of a study as a table of plain values, for files and table views. Pure. */
import type { TrialResponse } from "#contract/tuning-job.ts";
import type { DataTable } from "../../components/plot/csv.ts";
import { ownParams } from "./params/param-scales.ts";

const FACTS = [
  "trial",
  "algorithm",
  "state",
  "value",
  "value_on_all_users",
  "seconds",
  "started_at",
] as const;

/** A column per fact, per parameter that some trial has, and per metric, in the order of the trials' numbers. */
export function trialTable(trials: readonly TrialResponse[]): DataTable {
  const params = trials.map(ownParams);
  const names = [...new Set(params.flatMap((row) => Object.keys(row)))].sort();
  const metrics = [...new Set(trials.flatMap((trial) => Object.keys(trial.metrics)))];
  return {
    head: [...FACTS, ...names, ...metrics],
    rows: trials.map((trial, at) => [
      ...[trial.number, trial.algorithm, trial.state, trial.value, trial.value_on_all_users],
      ...[trial.seconds, trial.started_at],
      ...names.map((name) => params[at]?.[name] ?? null),
      ...metrics.map((name) => trial.metrics[name] ?? null),
    ]),
  };
}
