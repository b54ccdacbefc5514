import { type JSX, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField, TextArea, TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { createWeightsForm, type WeightsForm } from "./create-weights-form.ts";
import { belowOptions, isAsked, kindOptions, scaleOptions, type WeightField } from "./weight-values.ts";
import { WeightsReport } from "./weights-report.tsx";

/** What an interaction is worth, with a look at what a choice does before it is saved. */
export function WeightsCard(props: { project: ProjectResponse }): JSX.Element {
  const form = createWeightsForm(props.project);
  return (
    <Card title={t("weights.title")} subtitle={t("weights.about")}>
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.save();
        }}
      >
        <NumberFields form={form} />
        <EventFields form={form} />
        <Show when={form.saveError()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
        <Show when={form.isSaved()}>
          <Notice tone="good" live title={t("common.saved")}>
            {t("weights.savedThen")}
          </Notice>
        </Show>
        <Show when={form.previewError()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
        <Show when={form.report()}>
          {(report) => <WeightsReport report={report()} projectId={props.project.id} form={form} />}
        </Show>
        <div class="flex flex-wrap gap-2">
          <Button onClick={form.preview} busy={form.isPreviewing()}>
            {t("weights.preview")}
          </Button>
          <Button needs="editor" type="submit" look="primary" busy={form.isSaving()}>
            {t("weights.save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function fieldOf(form: WeightsForm, field: WeightField) {
  return {
    get value() {
      return form.values[field];
    },
    get errors() {
      return form.errorsOf(field);
    },
    onValue: (value: string) => form.setValue(field, value),
  };
}

function NumberFields(props: { form: WeightsForm }): JSX.Element {
  const field = (name: WeightField) => fieldOf(props.form, name);
  const asked = (name: WeightField) => isAsked(name, props.form.values);
  return (
    <div class="grid items-start gap-4 sm:grid-cols-2">
      <TextField
        label={t("weights.fields.column")}
        optional
        hint={t("weights.fields.columnHint")}
        {...field("weight_column")}
      />
      <SelectField label={t("weights.fields.kind")} options={kindOptions()} {...field("weight_kind")} />
      <Show when={asked("rating_min")}>
        <TextField label={t("weights.fields.lowest")} inputmode="decimal" {...field("rating_min")} />
        <TextField label={t("weights.fields.highest")} inputmode="decimal" {...field("rating_max")} />
      </Show>
      <Show
        when={asked("likes_from")}
        fallback={
          <SelectField
            label={t("weights.fields.scale")}
            options={scaleOptions()}
            {...field("weight_scale")}
          />
        }
      >
        <TextField label={t("weights.fields.likesFrom")} inputmode="decimal" {...field("likes_from")} />
        <SelectField label={t("weights.fields.below")} options={belowOptions()} {...field("below_likes")} />
      </Show>
    </div>
  );
}

function EventFields(props: { form: WeightsForm }): JSX.Element {
  const field = (name: WeightField) => fieldOf(props.form, name);
  return (
    <div class="grid items-start gap-4 sm:grid-cols-2">
      <TextField
        label={t("weights.fields.typeColumn")}
        optional
        hint={t("weights.fields.typeColumnHint")}
        {...field("event_type_column")}
      />
      <TextArea
        label={t("weights.fields.typeWeights")}
        optional
        rows={2}
        hint={t("weights.fields.typeWeightsHint")}
        {...field("event_weights")}
      />
      <TextField
        label={t("weights.fields.halfLife")}
        optional
        inputmode="decimal"
        hint={t("weights.fields.halfLifeHint")}
        {...field("event_half_life_days")}
      />
      <TextField
        label={t("weights.fields.cap")}
        optional
        inputmode="decimal"
        hint={t("weights.fields.capHint")}
        {...field("event_cap")}
      />
      <TextField
        label={t("weights.fields.quantile")}
        optional
        inputmode="decimal"
        hint={t("weights.fields.quantileHint")}
        {...field("event_cap_quantile")}
      />
    </div>
  );
}
