import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import type { TrainedModelResponse } from "#contract/model.ts";
import { keyListQuery } from "../../api/api-keys.ts";
import { modelListQuery, modelQuery } from "../../api/models.ts";
import { dataListQuery } from "../../api/training-data.ts";
import { jobListQuery } from "../../api/tuning-jobs.ts";
import { formatMetric } from "../../components/format.ts";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import { createLiveVersion } from "../models/create-live-version.ts";
import { headlineMetric } from "../models/headline-metric.ts";
import { type ProjectStep, projectSteps, type StepName } from "./project-steps.ts";

/** The main figure of the model, with its test part; empty for a model without a measurement. */
function testScore({ metrics, test_part }: TrainedModelResponse): string {
  const name = headlineMetric(metrics);
  return name === null
    ? ""
    : t("projects.score", metricTitle(name), formatMetric(metrics?.[name]), test_part ?? "");
}

/** The overview of a project: its steps, and one line on each. */
export function createOverview(projectId: Accessor<number>) {
  const dataQuery = useQuery(() => dataListQuery(projectId()));
  const jobsQuery = useQuery(() => jobListQuery(projectId()));
  const modelsQuery = useQuery(() => modelListQuery(projectId()));
  const keysQuery = useQuery(() => keyListQuery(projectId()));

  const live = createLiveVersion(projectId);
  const liveId = () => live.slots()[0]?.model.id ?? null;
  const liveQuery = useQuery(() => ({ ...modelQuery(liveId() ?? 0), enabled: liveId() !== null }));

  const data = () => loadedData(dataQuery)?.results ?? [];
  const jobs = () => loadedData(jobsQuery)?.results ?? [];
  const models = () => loadedData(modelsQuery)?.results ?? [];
  const keys = () => (loadedData(keysQuery)?.results ?? []).filter((key) => key.is_active);
  const isKnown = () =>
    !live.isPending() &&
    (liveId() === null || !liveQuery.isPending) &&
    ![dataQuery, jobsQuery, modelsQuery, keysQuery].some((query) => query.isPending);

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
      if (!ready?.report) return ready?.basename ?? null;
      const { interactions, users, items } = ready.report;
      return t(
        "projects.dataDetail",
        t("count.interactions", interactions),
        t("count.users", users),
        t("count.items", items),
        ready.basename ?? "",
      );
    },
    tuning: () => {
      const done = jobs().find((job) => job.status === "COMPLETED");
      return done ? t("projects.tuningDetail", done.id, t("count.trials", done.n_trials)) : null;
    },
    model: () => {
      const [slot] = live.slots();
      const model = liveId() === null ? undefined : loadedData(liveQuery);
      return slot ? t("projects.liveDetail", slot.model.version, model ? testScore(model) : "") : null;
    },
    key: () => (keys().length > 0 ? t("count.activeKeys", keys().length) : null),
  };

  return {
    steps,
    live,
    /** A model is ready to answer, and a key may ask. */
    isServing: () => live.slots().length > 0 && keys().length > 0,
    detailOf: (step: ProjectStep) => (step.state === "done" ? details[step.name]() : null),
  };
}
