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
            <Card title={`Training model version ${found().version}`}>
              <ProgressBar ratio={found().progress} label="Training" />
              <p class="num mt-2 text-sm text-muted">
                {formatPercent(found().progress)} done, with the winning settings on all interactions.
              </p>
            </Card>
          }
        >
          <Match when={found().status === "READY"}>
            <Notice
              tone={isLive() ? "good" : "info"}
              live
              title={`Model version ${found().version} is ${isLive() ? "live" : "ready"}.`}
              action={
                <LinkButton look="primary" href={`${props.modelsHref}/${found().id}`}>
                  Try it
                </LinkButton>
              }
            >
              {found().deployment ||
                "Preview its recommendations, then create an API key for your application."}
            </Notice>
          </Match>
          <Match when={found().status === "FAILED"}>
            <Notice tone="bad" live title={`Training of model version ${found().version} failed.`}>
              {found().error ?? "No reason was given."} An earlier version stays live.
            </Notice>
          </Match>
        </Switch>
      )}
    </Show>
  );
}
