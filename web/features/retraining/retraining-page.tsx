import { For, type JSX, Show } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { formatMoment } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { createSchedule } from "./create-schedule.ts";
import { RunTable } from "./run-table.tsx";
import { ScheduleForm } from "./schedule-form.tsx";

/** Automatic retraining: when, what, and the results. */
export function RetrainingPage(): JSX.Element {
  const schedule = createSchedule();
  return (
    <>
      <PageHeader
        title="Retraining"
        description="Models get out of date. A schedule retrains on the newest data and publishes the new model if it is not worse."
        actions={
          <Show when={schedule.schedule()}>
            <Button icon="play" onClick={() => void schedule.trigger()}>
              Train now
            </Button>
            <ConfirmButton
              trigger="Delete schedule"
              title="Delete this schedule?"
              confirm="Delete schedule"
              onConfirm={schedule.remove}
            >
              This also deletes its run history. Models stay.
            </ConfirmButton>
          </Show>
        }
      />
      <Loaded query={schedule.query} what="the schedule">
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
      title="Next runs"
      subtitle={props.isEnabled ? "In your time zone" : "If the schedule were on, in your time zone"}
    >
      <ol class="space-y-1 text-sm" aria-label="Next runs">
        <For each={props.times} fallback={<li class="text-muted">None: no date matches the expression.</li>}>
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
