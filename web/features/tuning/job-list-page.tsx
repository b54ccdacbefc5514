import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import { jobListQuery } from "../../api/tuning-jobs.ts";
import { Ago } from "../../components/ago.tsx";
import { StatusBadge } from "../../components/badge.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { formatCount } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { createPageParam } from "../../components/page-param.ts";
import { Pager } from "../../components/pager.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { TestScore } from "../models/test-score.tsx";
import { useProject } from "../shell/use-project.ts";
import { MAX_COMPARED_JOBS, MIN_COMPARED_JOBS } from "./compared-jobs.ts";

const head = () =>
  [
    { label: t("tuning.compare.choose"), hidden: true },
    { label: t("tuning.jobs.job") },
    { label: t("common.status") },
    { label: t("common.testScore"), numeric: true },
    { label: t("common.trials"), numeric: true },
    { label: t("common.started"), numeric: true },
  ] as const;

export function JobListPage(): JSX.Element {
  const { projectId, href } = useProject();
  const [page, setPage] = createPageParam();
  const query = useQuery(() => jobListQuery(projectId(), page()));
  const [chosen, setChosen] = createSignal<readonly number[]>([]);
  const choose = (jobId: number, isOn: boolean) =>
    setChosen((known) => (isOn ? [...known, jobId] : known.filter((other) => other !== jobId)));
  const start = () => (
    <LinkButton needs="editor" look="primary" icon="plus" href={href("/tuning/new")}>
      {t("common.startTuning")}
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title={t("tuning.title")}
        description={t("tuning.jobs.about")}
        actions={<Actions chosen={chosen()} start={start()} />}
      />
      <Loaded query={query} what={t("tuning.jobs.what")}>
        {(jobs) => (
          <Card flush>
            <Show
              when={jobs().count > 0}
              fallback={
                <EmptyState icon="sliders" title={t("tuning.jobs.empty")} action={start()}>
                  {t("tuning.jobs.emptyThen")}
                </EmptyState>
              }
            >
              <Table caption={t("tuning.jobs.caption")} head={head()}>
                <For each={jobs().results}>
                  {(job) => (
                    <JobRow
                      job={job}
                      href={href(`/tuning/${job.id}`)}
                      isChosen={chosen().includes(job.id)}
                      isFull={chosen().length >= MAX_COMPARED_JOBS}
                      onChoose={(isOn) => choose(job.id, isOn)}
                    />
                  )}
                </For>
              </Table>
              <Pager count={jobs().count} page={page()} onPage={setPage} />
            </Show>
          </Card>
        )}
      </Loaded>
    </>
  );
}

function Actions(props: { chosen: readonly number[]; start: JSX.Element }): JSX.Element {
  const { href } = useProject();
  return (
    <>
      <Show when={props.chosen.length >= MIN_COMPARED_JOBS}>
        <LinkButton icon="columns" href={href(`/tuning/compare?ids=${props.chosen.join(",")}`)}>
          {t("tuning.compare.many", props.chosen.length)}
        </LinkButton>
      </Show>
      {props.start}
    </>
  );
}

function JobRow(props: {
  job: TuningJobResponse;
  href: string;
  isChosen: boolean;
  /** The number of chosen jobs is at the limit of a comparison. */
  isFull: boolean;
  onChoose: (isOn: boolean) => void;
}): JSX.Element {
  return (
    <tr class="hover:bg-hover/50">
      <td class="w-8 pl-4">
        <input
          type="checkbox"
          class="block size-4 accent-accent"
          aria-label={t("tuning.compare.one", props.job.id)}
          checked={props.isChosen}
          disabled={props.isFull && !props.isChosen}
          onChange={(event) => props.onChoose(event.currentTarget.checked)}
        />
      </td>
      <td class={CELL}>
        <A href={props.href} class="link font-medium whitespace-nowrap">
          {t("tuning.jobName", props.job.id)}
        </A>
      </td>
      <td class={CELL}>
        <StatusBadge status={props.job.status} />
      </td>
      <td class={NUMBER_CELL}>
        <TestScore metrics={props.job.final_metrics?.winner ?? null} testPart={props.job.test_part} />
      </td>
      <td class={NUMBER_CELL}>{formatCount(props.job.n_trials)}</td>
      <td class={`${NUMBER_CELL} text-muted`}>
        <Ago at={props.job.ins_datetime} />
      </td>
    </tr>
  );
}
