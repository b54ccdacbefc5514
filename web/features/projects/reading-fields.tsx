import { type JSX, Show } from "solid-js";
import { SelectField, TextField } from "../../components/field.tsx";
import { t } from "../../words/words.ts";
import {
  headerOptions,
  missingWordsOptions,
  OTHER,
  type ReadingValues,
  separatorOptions,
} from "./reading-values.ts";

/** Settings for reading files whose content should not decide. */
export function ReadingFields(props: {
  values: ReadingValues;
  errorsOf: (field: keyof ReadingValues) => readonly string[] | undefined;
  onValue: (field: keyof ReadingValues, value: string) => void;
}): JSX.Element {
  const fieldOf = (field: keyof ReadingValues) => ({
    value: props.values[field],
    errors: props.errorsOf(field),
    onValue: (value: string) => props.onValue(field, value),
  });
  return (
    <div class="grid items-start gap-4 sm:grid-cols-2">
      <SelectField
        label={t("projects.reading.separator")}
        options={separatorOptions()}
        {...fieldOf("separator")}
      />
      <SelectField label={t("projects.reading.header")} options={headerOptions()} {...fieldOf("header")} />
      <Show when={props.values.separator === OTHER}>
        <TextField
          label={t("projects.reading.otherSeparator")}
          hint={t("projects.reading.otherSeparatorHint")}
          maxlength={8}
          {...fieldOf("other_separator")}
        />
      </Show>
      <SelectField
        label={t("projects.reading.missing")}
        hint={t("projects.reading.missingHint")}
        options={missingWordsOptions()}
        {...fieldOf("missing_words")}
      />
      <TextField
        label={t("projects.reading.session")}
        hint={t("projects.reading.sessionHint")}
        optional
        {...fieldOf("session_column")}
      />
      <TextField
        label={t("projects.reading.pause")}
        hint={t("projects.reading.pauseHint")}
        {...fieldOf("session_gap_minutes")}
      />
    </div>
  );
}
