import { For, type JSX, Show } from "solid-js";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { formatDuration, formatMetric, formatParam } from "../../components/format.ts";
import { t } from "../../words/words.ts";
import { AlgorithmDot } from "../algorithms/algorithm-dot.tsx";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { ownParams } from "./params/param-scales.ts";

/** Everything that is known of a trial, in a few lines. */
export function TrialFacts(props: { trial: TrialResponse; metric: string }): JSX.Element {
  const params = () => Object.entries(ownParams(props.trial));
  return (
    <>
      <p class="flex items-center gap-1.5 font-semibold">
        <AlgorithmDot algorithm={props.trial.algorithm} />
        <span class="num">{t("study.trial", props.trial.number)}</span>
        <span class="font-normal text-muted">{algorithmTitle(props.trial.algorithm)}</span>
      </p>
      <dl class="num mt-1 grid grid-cols-[auto_auto] gap-x-3">
        <dt class="text-muted">{props.metric}</dt>
        <dd class="text-right font-medium">{formatMetric(props.trial.value)}</dd>
        <Show when={props.trial.value_on_all_users !== null}>
          <dt class="text-muted">{t("study.onAllUsers")}</dt>
          <dd class="text-right">{formatMetric(props.trial.value_on_all_users)}</dd>
        </Show>
        <For each={params()}>
          {([name, value]) => (
            <>
              <dt class="text-muted">{name}</dt>
              <dd class="truncate text-right">{formatParam(value)}</dd>
            </>
          )}
        </For>
        <Show when={props.trial.seconds}>
          {(seconds) => (
            <>
              <dt class="text-muted">{t("study.time")}</dt>
              <dd class="text-right">{formatDuration(seconds())}</dd>
            </>
          )}
        </Show>
      </dl>
    </>
  );
}
