import { useNavigate } from "@solidjs/router";
import { useQueryClient } from "@tanstack/solid-query";
import type { JSX } from "solid-js";
import type { TrialResponse, TuningJobResponse } from "#contract/tuning-job.ts";
import { createConfiguration, modelListKey, trainModel } from "../../api/models.ts";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { ownParams } from "./params/param-scales.ts";
import { TrainEstimate } from "./train-estimate.tsx";

/** Trains a model with the settings of a trial on all data of its job, also of one that was cancelled. */
export function TrainTrial(props: {
  trial: TrialResponse;
  job: TuningJobResponse;
  isBest: boolean;
}): JSX.Element {
  const { projectId, href } = useProject();
  const client = useQueryClient();
  const navigate = useNavigate();
  async function train(): Promise<void> {
    const { trial, job } = props;
    const configuration = await createConfiguration({
      project: projectId(),
      recommender_class_name: trial.algorithm ?? "",
      parameters_json: ownParams(trial),
    });
    const model = await trainModel({ configuration: configuration.id, data_loc: job.data });
    void client.invalidateQueries({ queryKey: modelListKey(projectId()) });
    navigate(href(`/models/${model.id}`));
  }
  return (
    <ConfirmButton
      needs="editor"
      trigger={props.isBest ? t("study.train.best") : t("study.train.this")}
      title={t("study.train.title", props.trial.number)}
      confirm={t("study.train.confirm")}
      look="primary"
      onConfirm={train}
    >
      {t("study.train.about")}
      <TrainEstimate
        dataId={props.job.data}
        algorithm={props.trial.algorithm ?? ""}
        parameters={ownParams(props.trial)}
      />
    </ConfirmButton>
  );
}
