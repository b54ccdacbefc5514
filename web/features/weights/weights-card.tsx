import { type JSX, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField, TextArea, TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { createWeightsForm, type WeightsForm } from "./create-weights-form.ts";
import { BELOW_OPTIONS, isAsked, KIND_OPTIONS, SCALE_OPTIONS, type WeightField } from "./weight-values.ts";
import { WeightsReport } from "./weights-report.tsx";

/** What an interaction is worth, with a look at what a choice does before it is saved. */
export function WeightsCard(props: { project: ProjectResponse }): JSX.Element {
  const form = createWeightsForm(props.project);
  return (
    <Card
      title="What an interaction is worth"
      subtitle="Models learn from weights. Say what the numbers of your data are, and see what that does before you save it."
    >
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
          <Notice tone="good" live title="Saved.">
            Events, and files that you upload from now on, count so. Files that were read keep their weights.
          </Notice>
        </Show>
        <Show when={form.previewError()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
        <Show when={form.report()}>
          {(report) => <WeightsReport report={report()} projectId={props.project.id} form={form} />}
        </Show>
        <div class="flex flex-wrap gap-2">
          <Button onClick={form.preview} busy={form.isPreviewing()}>
            See what it does
          </Button>
          <Button type="submit" look="primary" busy={form.isSaving()}>
            Save weights
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
        label="Column of numbers"
        optional
        hint="Ratings, counts, hours or amounts. Without one, each row counts 1."
        {...field("weight_column")}
      />
      <SelectField label="What the numbers are" options={KIND_OPTIONS} {...field("weight_kind")} />
      <Show when={asked("rating_min")}>
        <TextField label="Lowest rating" inputmode="decimal" {...field("rating_min")} />
        <TextField label="Highest rating" inputmode="decimal" {...field("rating_max")} />
      </Show>
      <Show
        when={asked("likes_from")}
        fallback={<SelectField label="Scale" options={SCALE_OPTIONS} {...field("weight_scale")} />}
      >
        <TextField label="Lowest rating that is a like" inputmode="decimal" {...field("likes_from")} />
        <SelectField label="Lower ratings" options={BELOW_OPTIONS} {...field("below_likes")} />
      </Show>
    </div>
  );
}

function EventFields(props: { form: WeightsForm }): JSX.Element {
  const field = (name: WeightField) => fieldOf(props.form, name);
  return (
    <div class="grid items-start gap-4 sm:grid-cols-2">
      <TextField
        label="Column of event types"
        optional
        hint="Such as view and purchase."
        {...field("event_type_column")}
      />
      <TextArea
        label="Weights of event types"
        optional
        rows={2}
        hint="One per line, such as purchase = 8. Other types keep their usual weights: view and click 1, like 3, comment 5, purchase 8."
        {...field("event_weights")}
      />
      <TextField
        label="Days until half is left"
        optional
        inputmode="decimal"
        hint="Older interactions count less. Needs a time column."
        {...field("event_half_life_days")}
      />
      <TextField
        label="Most that a pair weighs"
        optional
        inputmode="decimal"
        hint="All that a person does with one item."
        {...field("event_cap")}
      />
      <TextField
        label="Cap at a quantile"
        optional
        inputmode="decimal"
        hint="0.99 caps the heaviest hundredth."
        {...field("event_cap_quantile")}
      />
    </div>
  );
}
