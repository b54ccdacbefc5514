import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import { trainingEstimateQuery } from "../../api/models.ts";
import { loadedData } from "../../components/loaded.tsx";
import { Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { estimateFacts } from "../models/work-facts.ts";

/** What a training with these settings would take; a failed estimate says nothing, and the training is still possible. */
export function TrainEstimate(props: {
  dataId: number;
  algorithm: string;
  parameters: Readonly<Record<string, unknown>>;
}): JSX.Element {
  const query = useQuery(() => trainingEstimateQuery(props.dataId, props.algorithm, props.parameters));
  return (
    <Show when={loadedData(query)}>
      {(found) => (
        <>
          <Show when={found().reason}>
            {(reason) => (
              <Notice tone="bad" title={t("study.train.refused")}>
                {reason()}
              </Notice>
            )}
          </Show>
          <Show when={found().estimate}>
            {(estimate) => (
              <dl class="mt-3 grid grid-cols-2 gap-x-4 text-sm">
                <For each={estimateFacts(estimate())}>
                  {([name, value]) => (
                    <div class="flex justify-between gap-2 py-0.5">
                      <dt class="text-muted">{name}</dt>
                      <dd class="num">{value}</dd>
                    </div>
                  )}
                </For>
              </dl>
            )}
          </Show>
        </>
      )}
    </Show>
  );
}
