import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { keyListQuery } from "../../api/api-keys.ts";
import { modelListQuery } from "../../api/models.ts";
import { dataListQuery } from "../../api/training-data.ts";
import { jobListQuery } from "../../api/tuning-jobs.ts";
import { formatMetric, formatPlural } from "../../components/format.ts";
import { loadedData } from "../../components/loaded.tsx";
import { type ProjectStep, projectSteps, type StepName } from "./project-steps.ts";

/** What the overview shows of a project: its steps, and one line on each. */
export function createOverview(projectId: Accessor<number>) {
  const dataQuery = useQuery(() => dataListQuery(projectId()));
  const jobsQuery = useQuery(() => jobListQuery(projectId()));
  const modelsQuery = useQuery(() => modelListQuery(projectId()));
  const keysQuery = useQuery(() => keyListQuery(projectId()));

  const data = () => loadedData(dataQuery)?.results ?? [];
  const jobs = () => loadedData(jobsQuery)?.results ?? [];
  const models = () => loadedData(modelsQuery)?.results ?? [];
  const keys = () => (loadedData(keysQuery)?.results ?? []).filter((key) => key.is_active);
  const isKnown = () => ![dataQuery, jobsQuery, modelsQuery, keysQuery].some((query) => query.isPending);

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
      return done
        ? `Best score ${formatMetric(done.best_score)} in ${formatPlural(done.n_trials, "trial")}`
        : null;
    },
    model: () => {
      const ready = models().find((model) => model.status === "READY");
      return ready ? `Version ${ready.version} is ready` : null;
    },
    key: () => (keys().length > 0 ? `${formatPlural(keys().length, "active key")}` : null),
  };

  return {
    steps,
    isServing: () => models().some((model) => model.status === "READY") && keys().length > 0,
    detailOf: (step: ProjectStep) => (step.state === "done" ? details[step.name]() : null),
  };
}
