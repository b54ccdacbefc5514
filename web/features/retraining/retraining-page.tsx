import { For, type JSX, Show } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { formatMoment } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
import { createSchedule } from "./create-schedule.ts";
import { RunTable } from "./run-table.tsx";
import { ScheduleForm } from "./schedule-form.tsx";

/** Automatic retraining: when, what, and the results. */
export function RetrainingPage(): JSX.Element {
  const schedule = createSchedule();
  return (
    <>
      <PageHeader
        title={t("retraining.title")}
        description={t("retraining.about")}
        actions={
          <Show when={schedule.schedule()}>
            <Button needs="editor" icon="play" onClick={() => void schedule.trigger()}>
              {t("retraining.trainNow")}
            </Button>
            <ConfirmButton
              needs="editor"
              trigger={t("retraining.delete")}
              title={t("retraining.deleteQuestion")}
              confirm={t("retraining.delete")}
              onConfirm={schedule.remove}
            >
              {t("retraining.deleteWhat")}
            </ConfirmButton>
          </Show>
        }
      />
      <Loaded query={schedule.query} what={t("retraining.what")}>
        {() => (
          <div class="space-y-4">
            <div class="grid items-start gap-4 lg:grid-cols-[1fr_18rem]">
              <ScheduleForm schedule={schedule} />
              <Show when={schedule.schedule()}>
                {(known) => <NextRuns times={known().next_runs} isEnabled={known().is_enabled} />}
              </Show>
            </div>
            <Show when={schedule.schedule()?.id}>{(id) => <RunTable scheduleId={id()} />}</Show>
          </div>
        )}
      </Loaded>
    </>
  );
}

function NextRuns(props: { times: readonly string[]; isEnabled: boolean }): JSX.Element {
  return (
    <Card
      title={t("retraining.next.title")}
      subtitle={props.isEnabled ? t("retraining.next.zone") : t("retraining.next.zoneIfOn")}
    >
      <ol class="space-y-1 text-sm" aria-label={t("retraining.next.title")}>
        <For each={props.times} fallback={<li class="text-muted">{t("retraining.next.none")}</li>}>
          {(at) => (
            <li class={`num ${props.isEnabled ? "" : "text-muted"}`}>
              <time datetime={at}>{formatMoment(at)}</time>
            </li>
          )}
        </For>
      </ol>
    </Card>
  );
}
