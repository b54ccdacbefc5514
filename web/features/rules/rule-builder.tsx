import { createUniqueId, For, type JSX, Match, Show, Switch } from "solid-js";
import { RULE_KINDS } from "#contract/saved-rule.ts";
import { Button } from "../../components/button.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { t } from "../../words/words.ts";
import type { RuleEditor } from "./create-rule-editor.ts";
import { RULE_TESTS } from "./rule-text.ts";

/** Fields that write the text of a rule. */
export function RuleBuilder(props: { editor: RuleEditor }): JSX.Element {
  const kind = () => props.editor.fields.kind;
  return (
    <fieldset class="space-y-3 rounded-md border border-line p-3">
      <div class="grid gap-3 sm:grid-cols-3">
        <SelectField
          label={t("rules.editor.kind")}
          hint={t(`rules.kindWhy.${kind()}`)}
          value={kind()}
          options={RULE_KINDS.map((value) => ({ value, label: t(`rules.kinds.${value}`) }))}
          onValue={(value) =>
            props.editor.setField({ kind: RULE_KINDS.find((known) => known === value) ?? "filter" })
          }
        />
        <Amount editor={props.editor} />
        <SelectField
          label={kind() === "cap" ? t("rules.editor.per") : t("rules.editor.property")}
          value={props.editor.fields.property}
          options={[{ value: "", label: t("rules.editor.choose") }, ...props.editor.properties()]}
          onValue={(property) => props.editor.setField({ property })}
        />
        <Show when={kind() !== "cap"}>
          <Condition editor={props.editor} />
        </Show>
      </div>
      <Button
        icon="arrow"
        disabled={props.editor.written() === null}
        onClick={() => props.editor.setValue({ text: props.editor.written() ?? "" })}
      >
        {t("rules.editor.write")}
      </Button>
    </fieldset>
  );
}

function Amount(props: { editor: RuleEditor }): JSX.Element {
  return (
    <Switch>
      <Match when={props.editor.fields.kind === "boost"}>
        <TextField
          label={t("rules.editor.factor")}
          hint={t("rules.editor.factorHint")}
          inputmode="decimal"
          value={props.editor.fields.factor}
          onValue={(factor) => props.editor.setField({ factor })}
        />
      </Match>
      <Match when={props.editor.fields.kind === "pin"}>
        <TextField
          label={t("rules.editor.position")}
          inputmode="numeric"
          value={props.editor.fields.position}
          onValue={(position) => props.editor.setField({ position })}
        />
      </Match>
      <Match when={props.editor.fields.kind === "cap"}>
        <TextField
          label={t("rules.editor.most")}
          inputmode="numeric"
          value={props.editor.fields.most}
          onValue={(most) => props.editor.setField({ most })}
        />
      </Match>
    </Switch>
  );
}

function Condition(props: { editor: RuleEditor }): JSX.Element {
  const id = createUniqueId();
  return (
    <>
      <SelectField
        label={t("rules.editor.test")}
        value={props.editor.fields.test}
        options={RULE_TESTS.map((value) => ({ value, label: t(`rules.editor.tests.${value}`) }))}
        onValue={(value) =>
          props.editor.setField({ test: RULE_TESTS.find((known) => known === value) ?? "equal" })
        }
      />
      <Show when={props.editor.fields.test !== "known"}>
        <TextField
          label={t("rules.editor.value")}
          list={id}
          value={props.editor.fields.value}
          onValue={(value) => props.editor.setField({ value })}
        />
        <datalist id={id}>
          <For each={props.editor.samplesOf(props.editor.fields.property)}>
            {(sample) => <option value={sample} />}
          </For>
        </datalist>
      </Show>
    </>
  );
}
