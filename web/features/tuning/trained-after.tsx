import { useQuery, useQueryClient } from "@tanstack/solid-query";
import { createEffect, type JSX, Match, on, Show, Switch } from "solid-js";
import { servingKey } from "../../api/deployment.ts";
import { modelListKey, modelQuery } from "../../api/models.ts";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { formatPercent } from "../../components/format.ts";
import { loadedData } from "../../components/loaded.tsx";
import { Notice } from "../../components/notice.tsx";
import { ProgressBar } from "../../components/progress-bar.tsx";
import { t } from "../../words/words.ts";
import { createLiveVersion } from "../models/create-live-version.ts";

/** The model that a study trains automatically, from its start to its page. */
export function TrainedAfter(props: { modelId: number; projectId: number; modelsHref: string }): JSX.Element {
  const client = useQueryClient();
  const query = useQuery(() => modelQuery(props.modelId));
  const model = () => loadedData(query);
  const live = createLiveVersion(() => props.projectId);
  const isLive = () => live.isLive(props.modelId);
  createEffect(
    on(
      () => model()?.status,
      () => {
        void client.invalidateQueries({ queryKey: modelListKey(props.projectId) });
        void client.invalidateQueries({ queryKey: servingKey(props.projectId) });
      },
    ),
  );
  return (
    <Show when={model()}>
      {(found) => (
        <Switch
          fallback={
            <Card title={t("tuning.after.training", found().version)}>
              <ProgressBar ratio={found().progress} label={t("common.training")} />
              <p class="num mt-2 text-sm text-muted">
                {t("tuning.after.done", formatPercent(found().progress))}
              </p>
            </Card>
          }
        >
          <Match when={found().status === "READY"}>
            <Notice
              tone={isLive() ? "good" : "info"}
              live
              title={t(isLive() ? "tuning.after.live" : "tuning.after.ready", found().version)}
              action={
                <LinkButton look="primary" href={`${props.modelsHref}/${found().id}`}>
                  {t("common.tryIt")}
                </LinkButton>
              }
            >
              {found().deployment || t("tuning.after.preview")}
            </Notice>
          </Match>
          <Match when={found().status === "FAILED"}>
            <Notice tone="bad" live title={t("tuning.after.failed", found().version)}>
              {t("common.earlierStays", found().error ?? t("common.noReason"))}
            </Notice>
          </Match>
        </Switch>
      )}
    </Show>
  );
}
