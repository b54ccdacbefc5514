import { useParams } from "@solidjs/router";
import { useQueryClient } from "@tanstack/solid-query";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import { cancelJob, jobKey, pauseJob, resumeJob } from "../../api/tuning-jobs.ts";
import { StatusBadge } from "../../components/badge.tsx";
import { Button, LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { createPickedTrial } from "../study/picked-trial.ts";
import { createJobFacts } from "./create-job-facts.ts";
import { createJobFeed } from "./create-job-feed.ts";
import { JobLog } from "./job-log.tsx";
import { JobProgress } from "./job-progress.tsx";
import { JobResult } from "./job-result.tsx";
import { LeftOut } from "./left-out.tsx";
import { neverTried } from "./never-tried.ts";
import { bestTrial, countTrials, hasRemeasured, studySeries } from "./study-progress.ts";
import { TrainedAfter } from "./trained-after.tsx";
import { TrialTable } from "./trial-table.tsx";

const StudyChart = lazyPart(
  async () => (await import("./study-chart.tsx")).StudyChart,
  () => <div class="h-71" />,
);
const StudyWorkbench = lazyPart(
  async () => (await import("../study/study-workbench.tsx")).StudyWorkbench,
  () => <div class="h-120" />,
);

type Feed = ReturnType<typeof createJobFeed>;

export function JobPage(): JSX.Element {
  const params = useParams<{ jobId: string }>();
  const { projectId } = useProject();
  const feed = createJobFeed(projectId, () => Number(params.jobId));
  return (
    <Loaded query={feed.query} what={t("tuning.job.what")}>
      {(job) => <Job job={job()} feed={feed} />}
    </Loaded>
  );
}

function Job(props: { job: TuningJobResponse; feed: Feed }): JSX.Element {
  const { projectId, href } = useProject();
  const client = useQueryClient();
  const facts = createJobFacts(() => props.job);
  // Waiting trials are only places in a queue, without any details.
  const trials = createMemo(() => props.feed.trials().filter((trial) => trial.state !== "WAITING"));
  const series = createMemo(() => studySeries(trials()));
  const best = createMemo(() => bestTrial(trials()));
  // The score of an ended job is of the winner: of a blend, or on all users after a search on a sample.
  const bestScore = () => {
    const found = best()?.value_on_all_users ?? best()?.value ?? null;
    return props.feed.isActive() ? found : (props.job.best_score ?? found);
  };
  const picked = createPickedTrial();
  const [steeringError, setSteeringError] = createSignal<unknown>(null);
  async function change(send: (jobId: number) => Promise<void>): Promise<void> {
    await send(props.job.id);
    await client.invalidateQueries({ queryKey: jobKey(props.job.id) });
  }
  async function steer(send: (jobId: number) => Promise<void>): Promise<void> {
    setSteeringError(null);
    await change(send).catch(setSteeringError);
  }

  return (
    // Parts that load later would move the others.
    <Show when={facts.isKnown() && props.feed.hasTrials()} fallback={<Skeleton lines={8} />}>
      <PageHeader
        title={t("tuning.jobName", props.job.id)}
        badge={<StatusBadge status={props.job.status} />}
        description={facts.description()}
        back={{ href: href("/tuning"), label: t("tuning.title") }}
        actions={
          <>
            <LinkButton needs="editor" icon="copy" href={href(`/tuning/new?from=${props.job.id}`)}>
              {t("study.clone")}
            </LinkButton>
            <Show when={props.feed.isActive()}>
              <Show
                when={props.job.status === "PAUSED"}
                fallback={
                  <Button needs="editor" icon="pause" onClick={() => void steer(pauseJob)}>
                    {t("tuning.job.pause")}
                  </Button>
                }
              >
                <Button needs="editor" look="primary" icon="play" onClick={() => void steer(resumeJob)}>
                  {t("tuning.job.resume")}
                </Button>
              </Show>
              <ConfirmButton
                needs="editor"
                trigger={t("tuning.job.cancel")}
                title={t("tuning.job.cancelQuestion")}
                confirm={t("tuning.job.cancelConfirm")}
                onConfirm={() => change(cancelJob)}
              >
                {t("tuning.job.cancelWhat")}
              </ConfirmButton>
            </Show>
          </>
        }
      />
      <div class="space-y-4">
        <Show when={steeringError()}>
          {(error) => <ErrorNotice title={t("tuning.job.notChanged")} error={error()} />}
        </Show>
        <Show when={props.job.status === "PAUSED"}>
          <Notice tone="info" title={t("tuning.job.paused")}>
            {t("tuning.job.pausedThen")}
          </Notice>
        </Show>
        <Show when={props.job.status === "FAILED"}>
          <Notice tone="bad" title={t("tuning.job.failed")}>
            {props.job.error ?? t("tuning.job.failedNoReason")}
          </Notice>
        </Show>
        <Show when={props.job.tuned_model}>
          {(modelId) => (
            <TrainedAfter modelId={modelId()} projectId={projectId()} modelsHref={href("/models")} />
          )}
        </Show>
        <Show when={props.job.final_metrics}>
          {(metrics) => (
            <JobResult
              metrics={metrics()}
              metric={facts.metric()}
              testPart={props.job.test_part}
              configurationId={props.job.best_config}
              fallbackAlgorithm={best()?.algorithm ?? null}
            />
          )}
        </Show>
        <LeftOut
          leftOut={props.feed.isActive() ? props.job.left_out : neverTried(props.job, trials())}
          isOver={!props.feed.isActive()}
        />
        <JobProgress
          job={props.job}
          counts={countTrials(trials())}
          best={bestScore()}
          metric={facts.metric()}
          isActive={props.feed.isActive()}
          connection={props.feed.connection()}
        />
        <Card title={<Term name="trial">{t("common.trials")}</Term>} flush>
          <Show when={hasRemeasured(trials())}>
            <p class="px-4 pb-3 text-sm text-muted text-pretty">{t("tuning.job.remeasured")}</p>
          </Show>
          <div class="px-4 pb-3">
            <StudyChart
              series={series()}
              metric={facts.metric()}
              total={props.job.n_trials}
              onPick={picked.pick}
            />
          </div>
          <div class="border-t border-line">
            <TrialTable
              trials={trials()}
              best={best()?.number ?? null}
              isActive={props.feed.isActive()}
              picked={picked.picked()}
              onPick={picked.pick}
            />
          </div>
        </Card>
        <StudyWorkbench
          job={props.job}
          trials={trials()}
          metric={facts.metric()}
          best={best()?.number ?? null}
          isActive={props.feed.isActive()}
          picked={picked}
        />
        <JobLog jobId={props.job.id} />
      </div>
    </Show>
  );
}
