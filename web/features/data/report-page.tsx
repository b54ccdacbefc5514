import { useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { type JSX, Match, Show, Switch } from "solid-js";
import type { TrainingDataResponse } from "#contract/training-data.ts";
import { dataQuery, isIngesting } from "../../api/training-data.ts";
import { StatusBadge } from "../../components/badge.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { formatBytes, formatMoment } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { useProject } from "../shell/use-project.ts";
import { Report } from "./report.tsx";

export function ReportPage(): JSX.Element {
  const params = useParams<{ dataId: string }>();
  const { href } = useProject();
  const query = useQuery(() => dataQuery(Number(params.dataId)));
  return (
    <Loaded query={query} what="this file">
      {(data) => (
        <>
          <PageHeader
            title={data().basename ?? `Data ${data().id}`}
            badge={<StatusBadge status={data().status} />}
            description={describe(data())}
            back={{ href: href("/data"), label: "Data" }}
            actions={
              <Show when={data().status === "READY"}>
                <LinkButton look="primary" icon="sliders" href={href(`/tuning/new?data=${data().id}`)}>
                  Start tuning
                </LinkButton>
              </Show>
            }
          />
          <Switch>
            <Match when={isIngesting(data())}>
              <Card
                title="Reading the file"
                subtitle="We check and count the rows. The report appears here automatically."
              >
                <Skeleton lines={5} />
              </Card>
            </Match>
            <Match when={data().status === "FAILED"}>
              <Failure data={data()} dataHref={href("/data")} />
            </Match>
            <Match when={data().report}>{(report) => <Report report={report()} />}</Match>
            <Match when={true}>
              <Notice tone="info" title="There is no report for this file." />
            </Match>
          </Switch>
        </>
      )}
    </Loaded>
  );
}

function describe(data: TrainingDataResponse): string {
  const size = data.filesize === null ? "" : `${formatBytes(data.filesize)}, `;
  return `${size}uploaded ${formatMoment(data.ins_datetime)}`;
}

function Failure(props: { data: TrainingDataResponse; dataHref: string }): JSX.Element {
  return (
    <Notice
      tone="bad"
      title="This file could not be read."
      action={
        <LinkButton href={props.dataHref} icon="upload">
          Upload another file
        </LinkButton>
      }
    >
      <p class="break-words whitespace-pre-line text-ink">{props.data.error ?? "No reason was given."}</p>
      <p class="mt-1">Nothing from it was kept. Fix the file, then upload it again.</p>
    </Notice>
  );
}
