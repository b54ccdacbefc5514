import { type JSX, Show } from "solid-js";
import { SelectField, TextField } from "../../components/field.tsx";
import { IMPRESSION_OPTIONS, type ListField, type ListValues } from "./list-values.ts";

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
        label="Positions for new items (%)"
        inputmode="decimal"
        hint="Items that are newer than the model and that few people have seen get this share. 0 for none."
        {...fieldOf("exploration_rate")}
      />
      <SelectField
        label="Impressions"
        hint="What people have seen: it says which items are still new."
        options={IMPRESSION_OPTIONS}
        {...fieldOf("impressions")}
      />
      <TextField
        label="Answers that a replay may use (%)"
        inputmode="decimal"
        hint="Of the written answers. With several slots, each of these costs the lists of all slots."
        {...fieldOf("replay_rate")}
      />
      <Show when={props.values.impressions === "automatic"}>
        <TextField
          label="Answers that are written (%)"
          inputmode="decimal"
          hint="The share of answers whose items count as seen. Less costs less."
          {...fieldOf("impression_rate")}
        />
      </Show>
    </div>
  );
}
