import { type JSX, Show } from "solid-js";
import { SelectField, TextField } from "../../components/field.tsx";
import {
  HEADER_OPTIONS,
  MISSING_WORDS_OPTIONS,
  OTHER,
  type ReadingValues,
  SEPARATOR_OPTIONS,
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
      <SelectField label="Separator" options={SEPARATOR_OPTIONS} {...fieldOf("separator")} />
      <SelectField label="Is the first row a header?" options={HEADER_OPTIONS} {...fieldOf("header")} />
      <Show when={props.values.separator === OTHER}>
        <TextField
          label="Other separator"
          hint="Up to 8 characters. No letters, digits or quotes."
          maxlength={8}
          {...fieldOf("other_separator")}
        />
      </Show>
      <SelectField
        label="An id such as NA, NULL or None"
        hint="These words usually mean that the id is missing."
        options={MISSING_WORDS_OPTIONS}
        {...fieldOf("missing_words")}
      />
      <TextField
        label="Session column"
        hint="Ids of sessions. Without it, a pause ends a session."
        optional
        {...fieldOf("session_column")}
      />
      <TextField
        label="A session ends after a pause of, minutes"
        hint="30 unless you say otherwise."
        {...fieldOf("session_gap_minutes")}
      />
    </div>
  );
}
