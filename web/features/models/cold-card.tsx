import { useQuery } from "@tanstack/solid-query";
import { type JSX, Show } from "solid-js";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import { jobQuery } from "../../api/tuning-jobs.ts";
import { Card } from "../../components/card.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { ColdFigures } from "../measuring/cold-figures.tsx";
import { metricTitle } from "../measuring/metric-title.ts";
import { coldOfModel } from "./cold-of-model.ts";

const JOB_POLL_MS = 5_000;

/** How well a model does for new items and new people, from the study that found its settings; nothing if that has no such figures. */
export function ColdCard(props: {
  model: TrainedModelResponse;
  configuration: ModelConfigurationResponse | undefined;
}): JSX.Element {
  const jobId = () => props.configuration?.tuning_job ?? null;
  const query = useQuery(() => ({ ...jobQuery(jobId() ?? 0, JOB_POLL_MS), enabled: jobId() !== null }));
  const found = () => {
    const job = jobId() === null ? undefined : loadedData(query);
    return job ? coldOfModel(props.model, job) : null;
  };
  return (
    <Show when={found()}>
      {(figures) => (
        <Card
          title={<Term name="coldStart">{t("models.cold.title")}</Term>}
          subtitle={t("models.cold.about", metricTitle(figures().metric))}
        >
          <ColdFigures {...figures()} model={t("models.cold.thisModel")} />
        </Card>
      )}
    </Show>
  );
}
