import { type JSX, Show } from "solid-js";
import { SelectField, TextField } from "../../components/field.tsx";
import { t } from "../../words/words.ts";
import { impressionOptions, type ListField, type ListValues } from "./list-values.ts";

/** How much the lists explore, and where impressions come from. */
export function ListFields(props: {
  values: ListValues;
  errorsOf: (field: ListField) => readonly string[] | undefined;
  onValue: (field: ListField, value: string) => void;
}): JSX.Element {
  const fieldOf = (field: ListField) => ({
    value: props.values[field],
    errors: props.errorsOf(field),
    onValue: (value: string) => props.onValue(field, value),
  });
  return (
    <div class="grid items-start gap-4 sm:grid-cols-2">
      <TextField
        label={t("settings.lists.exploration")}
        inputmode="decimal"
        hint={t("settings.lists.explorationHint")}
        {...fieldOf("exploration_rate")}
      />
      <SelectField
        label={t("settings.lists.impressions")}
        hint={t("settings.lists.impressionsHint")}
        options={impressionOptions()}
        {...fieldOf("impressions")}
      />
      <TextField
        label={t("settings.lists.replay")}
        inputmode="decimal"
        hint={t("settings.lists.replayHint")}
        {...fieldOf("replay_rate")}
      />
      <Show when={props.values.impressions === "automatic"}>
        <TextField
          label={t("settings.lists.recorded")}
          inputmode="decimal"
          hint={t("settings.lists.recordedHint")}
          {...fieldOf("impression_rate")}
        />
      </Show>
    </div>
  );
}
