import { type JSX, Show } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CheckField, SelectField, TextField } from "../../components/field.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import type { Schedule } from "./create-schedule.ts";
import { FREQUENCIES, frequencyOf, OWN_EXPRESSION } from "./schedule-plan.ts";

const SEARCH = "search";

export function ScheduleForm(props: { schedule: Schedule }): JSX.Element {
  return (
    <Card title="Schedule">
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.schedule.submit();
        }}
      >
        <Show when={props.schedule.formError()}>
          {(error) => <ErrorNotice title="The schedule was not saved." error={error()} />}
        </Show>
        <Show when={props.schedule.said()}>{(text) => <Notice tone="good" live title={text()} />}</Show>
        <CheckField
          label="Train by schedule"
          hint="Uses the newest data. A run is skipped if there is no new data."
          checked={props.schedule.plan.isEnabled}
          onChange={(isEnabled) => props.schedule.set({ isEnabled })}
        />
        <When schedule={props.schedule} />
        <What schedule={props.schedule} />
        <Deploying schedule={props.schedule} />
        <Button type="submit" look="primary" busy={props.schedule.busy()}>
          Save schedule
        </Button>
      </form>
    </Card>
  );
}

function When(props: { schedule: Schedule }): JSX.Element {
  const frequency = () => frequencyOf(props.schedule.plan.cron);
  return (
    <div class="grid gap-4 sm:grid-cols-2">
      <SelectField
        label="How often"
        value={frequency()}
        options={[...FREQUENCIES, { value: OWN_EXPRESSION, label: "Custom schedule (cron)" }]}
        onValue={(value) => props.schedule.set({ cron: value === OWN_EXPRESSION ? "0 3 * * 1-5" : value })}
      />
      <TextField
        label="Cron expression"
        hint="Minute, hour, day of the month, month, day of the week; in UTC."
        value={props.schedule.plan.cron}
        errors={props.schedule.errorsOf("cron")}
        onValue={(cron) => props.schedule.set({ cron })}
      />
    </div>
  );
}

function What(props: { schedule: Schedule }): JSX.Element {
  const options = () => [
    { value: SEARCH, label: "A new search for the best settings" },
    ...props.schedule.configurations().map((row) => ({
      value: String(row.id),
      label: `${algorithmTitle(row.recommender_class_name)}: ${row.name ?? `configuration ${row.id}`}`,
    })),
  ];
  const value = () =>
    props.schedule.plan.retune ? SEARCH : String(props.schedule.plan.configuration ?? SEARCH);
  return (
    <SelectField
      label="What is trained"
      class="max-w-xl"
      hint="A search finds the best settings for the newest data. Training a fixed configuration takes less time."
      value={value()}
      options={options()}
      errors={props.schedule.errorsOf("configuration")}
      onValue={(chosen) =>
        props.schedule.set(
          chosen === SEARCH
            ? { retune: true, configuration: null }
            : { retune: false, configuration: Number(chosen) },
        )
      }
    />
  );
}

function Deploying(props: { schedule: Schedule }): JSX.Element {
  return (
    <fieldset class="space-y-4">
      <legend class="sr-only">After a run</legend>
      <CheckField
        label="Publish new models automatically"
        hint="Unless the new model scores worse than the live version by more than the tolerance."
        checked={props.schedule.plan.autoDeploy}
        onChange={(autoDeploy) => props.schedule.set({ autoDeploy })}
      />
      <div class="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Tolerance, %"
          inputmode="decimal"
          value={props.schedule.plan.tolerance}
          errors={props.schedule.errorsOf("tolerance")}
          onValue={(tolerance) => props.schedule.set({ tolerance })}
        />
        <TextField
          label="Versions kept"
          inputmode="numeric"
          hint="Older models' files are deleted. The live version is always kept."
          value={props.schedule.plan.keepVersions}
          errors={props.schedule.errorsOf("keepVersions")}
          onValue={(keepVersions) => props.schedule.set({ keepVersions })}
        />
      </div>
    </fieldset>
  );
}
