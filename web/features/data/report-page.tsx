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
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { Report } from "./report.tsx";

export function ReportPage(): JSX.Element {
  const params = useParams<{ dataId: string }>();
  const { href } = useProject();
  const query = useQuery(() => dataQuery(Number(params.dataId)));
  return (
    <Loaded query={query} what={t("data.report.what")}>
      {(data) => (
        <>
          <PageHeader
            title={data().basename ?? t("data.dataName", data().id)}
            badge={<StatusBadge status={data().status} />}
            description={describe(data())}
            back={{ href: href("/data"), label: t("common.data") }}
            actions={
              <Show when={data().status === "READY"}>
                <LinkButton
                  needs="editor"
                  look="primary"
                  icon="sliders"
                  href={href(`/tuning/new?data=${data().id}`)}
                >
                  {t("common.startTuning")}
                </LinkButton>
              </Show>
            }
          />
          <Switch>
            <Match when={isIngesting(data())}>
              <Card title={t("data.report.reading")} subtitle={t("data.report.readingThen")}>
                <Skeleton lines={5} />
              </Card>
            </Match>
            <Match when={data().status === "FAILED"}>
              <Failure data={data()} dataHref={href("/data")} />
            </Match>
            <Match when={data().report}>
              {(report) => <Report report={report()} fileName={data().basename ?? `data-${data().id}`} />}
            </Match>
            <Match when={true}>
              <Notice tone="info" title={t("data.report.none")} />
            </Match>
          </Switch>
        </>
      )}
    </Loaded>
  );
}

function describe(data: TrainingDataResponse): string {
  const size = data.filesize === null ? "" : `${formatBytes(data.filesize)}, `;
  return t("data.report.uploadedAt", size, formatMoment(data.ins_datetime));
}

function Failure(props: { data: TrainingDataResponse; dataHref: string }): JSX.Element {
  return (
    <Notice
      tone="bad"
      title={t("data.report.failed")}
      action={
        <LinkButton needs="editor" href={props.dataHref} icon="upload">
          {t("data.report.uploadAnother")}
        </LinkButton>
      }
    >
      <p class="break-words whitespace-pre-line text-ink">{props.data.error ?? t("common.noReason")}</p>
      <p class="mt-1">{t("data.report.fix")}</p>
    </Notice>
  );
}
