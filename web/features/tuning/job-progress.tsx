import { type JSX, Show } from "solid-js";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import type { SocketState } from "../../api/reconnecting-socket.ts";
import { Card } from "../../components/card.tsx";
import { formatCount, formatDuration, formatMetric } from "../../components/format.ts";
import { createNow } from "../../components/now.ts";
import { ProgressBar } from "../../components/progress-bar.tsx";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { MetricName } from "../measuring/metric-name.tsx";
import { type StudyCounts, secondsLeft } from "./study-progress.ts";

const TICK_MS = 1_000;

/** The progress of a study, its best score, and the remaining time. */
export function JobProgress(props: {
  job: TuningJobResponse;
  counts: StudyCounts;
  best: number | null;
  metric: string;
  isActive: boolean;
  connection: SocketState;
}): JSX.Element {
  const now = createNow(TICK_MS);
  const elapsed = () => (now().getTime() - new Date(props.job.ins_datetime).getTime()) / 1000;
  const estimate = () => {
    const left = secondsLeft(props.counts.finished, props.job.n_trials, elapsed());
    if (left === null) return "";
    return left < 10 ? t("tuning.progress.fewSeconds") : t("tuning.progress.left", formatDuration(left));
  };
  const facts = () =>
    [
      props.isActive && props.counts.running > 0
        ? t("tuning.progress.running", formatCount(props.counts.running))
        : "",
      props.counts.pruned > 0 ? t("tuning.progress.stoppedEarly", formatCount(props.counts.pruned)) : "",
      props.counts.failed > 0 ? t("tuning.progress.failed", formatCount(props.counts.failed)) : "",
      props.isActive && props.job.status !== "PAUSED" ? estimate() : "",
    ].filter(Boolean);
  return (
    <Card>
      <div class="mb-3 flex flex-wrap items-end justify-between gap-x-8 gap-y-2">
        <p class="num">
          <span class="text-xl font-semibold tracking-tight">{formatCount(props.counts.finished)}</span>
          <span class="text-muted"> {t("tuning.progress.ofTrials", formatCount(props.job.n_trials))}</span>
        </p>
        <p class="num text-right">
          <span class="text-muted">
            <Term name="validation">
              {props.isActive ? t("tuning.progress.bestSoFar") : t("tuning.progress.best")}
            </Term>{" "}
            (<MetricName metric={props.metric} />){" "}
          </span>
          <span class="text-xl font-semibold tracking-tight">{formatMetric(props.best)}</span>
        </p>
      </div>
      <ProgressBar
        ratio={props.counts.finished / Math.max(1, props.job.n_trials)}
        label={t("tuning.progress.finished")}
      />
      <p class="num mt-2 min-h-5 text-sm text-muted">
        {facts().join(" · ")}
        <Show when={props.isActive && props.connection === "waiting"}>
          <span class="text-warn"> {t("tuning.progress.reconnecting")}</span>
        </Show>
      </p>
    </Card>
  );
}
