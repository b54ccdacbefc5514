import { type JSX, Show } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CheckField, SelectField, TextField } from "../../components/field.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import type { Schedule } from "./create-schedule.ts";
import { frequencies, frequencyOf, OWN_EXPRESSION } from "./schedule-plan.ts";

const SEARCH = "search";

export function ScheduleForm(props: { schedule: Schedule }): JSX.Element {
  return (
    <Card title={t("retraining.form.title")}>
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.schedule.submit();
        }}
      >
        <Show when={props.schedule.formError()}>
          {(error) => <ErrorNotice title={t("retraining.form.failed")} error={error()} />}
        </Show>
        <Show when={props.schedule.said()}>{(text) => <Notice tone="good" live title={text()} />}</Show>
        <CheckField
          label={t("retraining.form.enabled")}
          hint={t("retraining.form.enabledHint")}
          checked={props.schedule.plan.isEnabled}
          onChange={(isEnabled) => props.schedule.set({ isEnabled })}
        />
        <When schedule={props.schedule} />
        <What schedule={props.schedule} />
        <Deploying schedule={props.schedule} />
        <Button needs="editor" type="submit" look="primary" busy={props.schedule.busy()}>
          {t("retraining.form.save")}
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
        label={t("retraining.form.howOften")}
        value={frequency()}
        options={[...frequencies(), { value: OWN_EXPRESSION, label: t("retraining.form.custom") }]}
        onValue={(value) => props.schedule.set({ cron: value === OWN_EXPRESSION ? "0 3 * * 1-5" : value })}
      />
      <TextField
        label={t("retraining.form.cron")}
        hint={t("retraining.form.cronHint")}
        value={props.schedule.plan.cron}
        errors={props.schedule.errorsOf("cron")}
        onValue={(cron) => props.schedule.set({ cron })}
      />
    </div>
  );
}

function What(props: { schedule: Schedule }): JSX.Element {
  const options = () => [
    { value: SEARCH, label: t("retraining.form.search") },
    ...props.schedule.configurations().map((row) => ({
      value: String(row.id),
      label: `${algorithmTitle(row.recommender_class_name)}: ${row.name ?? t("retraining.form.configuration", row.id)}`,
    })),
  ];
  const value = () =>
    props.schedule.plan.retune ? SEARCH : String(props.schedule.plan.configuration ?? SEARCH);
  return (
    <SelectField
      label={t("retraining.form.trained")}
      class="max-w-xl"
      hint={t("retraining.form.trainedHint")}
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
      <legend class="sr-only">{t("retraining.form.afterRun")}</legend>
      <CheckField
        label={t("retraining.form.publish")}
        hint={t("retraining.form.publishHint")}
        checked={props.schedule.plan.autoDeploy}
        onChange={(autoDeploy) => props.schedule.set({ autoDeploy })}
      />
      <div class="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t("retraining.form.tolerance")}
          inputmode="decimal"
          value={props.schedule.plan.tolerance}
          errors={props.schedule.errorsOf("tolerance")}
          onValue={(tolerance) => props.schedule.set({ tolerance })}
        />
        <TextField
          label={t("retraining.form.kept")}
          inputmode="numeric"
          hint={t("retraining.form.keptHint")}
          value={props.schedule.plan.keepVersions}
          errors={props.schedule.errorsOf("keepVersions")}
          onValue={(keepVersions) => props.schedule.set({ keepVersions })}
        />
      </div>
    </fieldset>
  );
}
