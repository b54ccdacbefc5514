import { For, Index, type JSX, Match, Show, Switch } from "solid-js";
import { REPORT_METRICS } from "#contract/ab-test.ts";
import { ALLOCATIONS, EXPERIMENT_KINDS, MAX_VARIANTS } from "#contract/experiment.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { createExperimentForm, type ExperimentForm } from "./create-experiment-form.ts";

export function NewExperimentPage(): JSX.Element {
  const { projectId, href } = useProject();
  const form = createExperimentForm(projectId);
  return (
    <>
      <PageHeader
        title={t("experiments.form.title")}
        back={{ href: href("/experiments"), label: t("experiments.form.back") }}
      />
      <form
        class="max-w-3xl space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        <Show when={form.error()}>
          {(error) => <ErrorNotice title={t("experiments.form.failed")} error={error()} />}
        </Show>
        <Card>
          <div class="space-y-4">
            <TextField
              label={t("experiments.form.name")}
              placeholder={t("experiments.form.namePlaceholder")}
              value={form.draft.name}
              errors={form.errorsOf("name")}
              onValue={(value) => form.set("name", value)}
            />
            <SelectField
              label={t("experiments.form.kind")}
              hint={t(`experiments.kindWhy.${form.draft.kind}`)}
              value={form.draft.kind}
              options={EXPERIMENT_KINDS.map((kind) => ({
                value: kind,
                label: t(`experiments.kinds.${kind}`),
              }))}
              onValue={(value) => {
                const kind = EXPERIMENT_KINDS.find((known) => known === value) ?? "ab";
                form.set("kind", kind);
                if (kind === "interleave") form.set("variants", form.draft.variants.slice(0, 2));
              }}
            />
            <Switch>
              <Match when={form.draft.kind === "holdout"}>
                <Holdout form={form} />
              </Match>
              <Match when={true}>
                <Variants form={form} />
              </Match>
            </Switch>
          </div>
        </Card>
        <Card>
          <Goal form={form} />
        </Card>
        <div class="flex flex-wrap items-center gap-3">
          <Button needs="editor" type="submit" look="primary" busy={form.isBusy()}>
            {t("experiments.form.submit")}
          </Button>
          <span class="text-sm text-muted">{t("experiments.form.sticky")}</span>
        </div>
      </form>
    </>
  );
}

function Variants(props: { form: ExperimentForm }): JSX.Element {
  const isWeighed = () => props.form.draft.kind === "ab";
  return (
    <div class="space-y-3">
      <Index each={props.form.draft.variants}>
        {(variant, index) => (
          <div class="flex items-start gap-2">
            <SelectField
              class="grow"
              label={index === 0 ? t("experiments.form.control") : t("experiments.form.variant", index)}
              hint={index === 0 ? t("experiments.form.controlHint") : undefined}
              errors={index === 1 ? props.form.errorsOf("variants") : undefined}
              value={variant().source}
              options={[{ value: "", label: t("experiments.form.choose") }, ...props.form.sources()]}
              onValue={(source) => props.form.setVariant(index, { source })}
            />
            <Show when={isWeighed()}>
              <TextField
                class="w-20!"
                label={t("experiments.form.weight")}
                inputmode="decimal"
                errors={index === 1 ? props.form.errorsOf("weights") : undefined}
                value={variant().weight}
                onValue={(weight) => props.form.setVariant(index, { weight })}
              />
            </Show>
            <Show when={index > 1}>
              <IconButton
                class="mt-6"
                icon="x"
                label={t("experiments.form.remove", index)}
                onClick={() => props.form.removeVariant(index)}
              />
            </Show>
          </div>
        )}
      </Index>
      <Show when={isWeighed() && props.form.draft.variants.length < MAX_VARIANTS}>
        <Button icon="plus" onClick={props.form.addVariant}>
          {t("experiments.form.add")}
        </Button>
      </Show>
    </div>
  );
}

function Holdout(props: { form: ExperimentForm }): JSX.Element {
  return (
    <div class="grid gap-4 sm:grid-cols-2">
      <SelectField
        label={t("experiments.form.baseline")}
        value={props.form.draft.baseline}
        errors={props.form.errorsOf("baseline") ?? props.form.errorsOf("variants")}
        options={[{ value: "popular", label: t("experiments.popular") }, ...props.form.sources()]}
        onValue={(value) => props.form.set("baseline", value)}
      />
      <TextField
        label={t("experiments.form.heldOut")}
        inputmode="decimal"
        value={props.form.draft.heldOut}
        errors={props.form.errorsOf("heldOut")}
        onValue={(value) => props.form.set("heldOut", value)}
      />
    </div>
  );
}

function Goal(props: { form: ExperimentForm }): JSX.Element {
  return (
    <div class="grid gap-4 sm:grid-cols-2">
      <TextField
        label={t("experiments.form.types")}
        hint={t("experiments.form.typesHint")}
        value={props.form.draft.types}
        errors={props.form.errorsOf("conversion_types")}
        onValue={(value) => props.form.set("types", value)}
      />
      <SelectField
        label={t("experiments.form.metric")}
        value={props.form.draft.metric}
        options={REPORT_METRICS.map((metric) => ({
          value: metric,
          label: t(`experiments.metrics.${metric}`),
        }))}
        onValue={(value) =>
          props.form.set("metric", REPORT_METRICS.find((metric) => metric === value) ?? "conversion")
        }
      />
      <Show when={props.form.draft.kind === "ab"}>
        <SelectField
          label={t("experiments.form.allocation")}
          value={props.form.draft.allocation}
          options={ALLOCATIONS.map((allocation) => ({
            value: allocation,
            label: t(`experiments.form.allocations.${allocation}`),
          }))}
          onValue={(value) =>
            props.form.set("allocation", ALLOCATIONS.find((known) => known === value) ?? "fixed")
          }
        />
      </Show>
      <details class="sm:col-span-2">
        <summary class="cursor-pointer text-sm font-medium">{t("experiments.form.guardrails")}</summary>
        <p class="mt-1 mb-3 text-xs text-faint">{t("experiments.form.guardrailsWhy")}</p>
        <div class="grid gap-4 sm:grid-cols-3">
          <For each={["latency", "empty", "items"] as const}>
            {(field) => (
              <TextField
                label={t(`experiments.form.${field}`)}
                inputmode="decimal"
                value={props.form.draft[field]}
                errors={props.form.errorsOf(field)}
                onValue={(value) => props.form.set(field, value)}
              />
            )}
          </For>
        </div>
      </details>
    </div>
  );
}
