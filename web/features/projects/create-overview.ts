import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import { keyListQuery } from "../../api/api-keys.ts";
import { modelListQuery } from "../../api/models.ts";
import { dataListQuery } from "../../api/training-data.ts";
import { jobListQuery } from "../../api/tuning-jobs.ts";
import { formatMetric, formatPlural } from "../../components/format.ts";
import { loadedData } from "../../components/loaded.tsx";
import { createLiveVersion } from "../models/create-live-version.ts";
import { headlineMetric } from "../models/headline-metric.ts";
import { type ProjectStep, projectSteps, type StepName } from "./project-steps.ts";

/** The figure that the job is known by, with its test part. */
function testScore({ final_metrics, test_part }: TuningJobResponse): string {
  const name = headlineMetric(final_metrics?.winner ?? null);
  if (name === null) return "";
  return `${name} ${formatMetric(final_metrics?.winner[name])} on test part ${test_part}, `;
}

/** What the overview shows of a project: its steps, and one line on each. */
export function createOverview(projectId: Accessor<number>) {
  const dataQuery = useQuery(() => dataListQuery(projectId()));
  const jobsQuery = useQuery(() => jobListQuery(projectId()));
  const modelsQuery = useQuery(() => modelListQuery(projectId()));
  const keysQuery = useQuery(() => keyListQuery(projectId()));

  const live = createLiveVersion(projectId);

  const data = () => loadedData(dataQuery)?.results ?? [];
  const jobs = () => loadedData(jobsQuery)?.results ?? [];
  const models = () => loadedData(modelsQuery)?.results ?? [];
  const keys = () => (loadedData(keysQuery)?.results ?? []).filter((key) => key.is_active);
  const isKnown = () =>
    !live.isPending() && ![dataQuery, jobsQuery, modelsQuery, keysQuery].some((query) => query.isPending);

  const steps = (): readonly ProjectStep[] | undefined =>
    isKnown()
      ? projectSteps({
          data: data().map((row) => row.status),
          jobs: jobs().map((job) => job.status),
          models: models().map((model) => model.status),
          activeKeyCount: keys().length,
        })
      : undefined;

  const details: Readonly<Record<StepName, () => string | null>> = {
    data: () => {
      const ready = data().find((row) => row.status === "READY");
      if (!ready?.report) return ready ? `${ready.basename}` : null;
      const { interactions, users, items } = ready.report;
      const size = [
        formatPlural(interactions, "interaction"),
        `${formatPlural(users, "user")} and ${formatPlural(items, "item")}`,
      ];
      return `${size.join(" of ")} in ${ready.basename}`;
    },
    tuning: () => {
      const done = jobs().find((job) => job.status === "COMPLETED");
      return done ? `${testScore(done)}the best of ${formatPlural(done.n_trials, "trial")}` : null;
    },
    model: () => {
      const [slot] = live.slots();
      return slot ? `Version ${slot.model.version} is live` : null;
    },
    key: () => (keys().length > 0 ? `${formatPlural(keys().length, "active key")}` : null),
  };

  return {
    steps,
    live,
    /** Something is ready to answer, and somebody may ask. */
    isServing: () => live.slots().length > 0 && keys().length > 0,
    detailOf: (step: ProjectStep) => (step.state === "done" ? details[step.name]() : null),
  };
}
