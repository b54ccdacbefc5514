import { For, type JSX, Show } from "solid-js";
import { findAlgorithm } from "#contract/algorithm-names.ts";
import { ALGORITHM_NAMES } from "#contract/algorithms.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField, TextArea, TextField } from "../../components/field.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { algorithmAbout, algorithmTitle } from "../algorithms/algorithm-look.ts";
import { knownParams } from "./configuration-draft.ts";
import type { Configurations } from "./create-configurations.ts";

const ROWS = 6;

/** One configuration: an algorithm, and its settings as JSON beside those that it knows. */
export function ConfigurationForm(props: { configurations: Configurations }): JSX.Element {
  const form = props.configurations;
  const algorithms = () => ALGORITHM_NAMES.map((name) => ({ value: name, label: algorithmTitle(name) }));
  const about = () => {
    const known = findAlgorithm(form.draft().algorithm);
    return known === null ? "" : algorithmAbout(known);
  };
  return (
    <Card title={form.opened() === "new" ? t("configurations.create") : t("configurations.change")}>
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        <Show when={form.formError()}>
          {(error) => <ErrorNotice title={t("configurations.notSaved")} error={error()} />}
        </Show>
        <div class="grid gap-4 sm:grid-cols-2">
          <TextField
            label={t("common.name")}
            value={form.draft().name}
            errors={form.errorsOf("name")}
            onValue={(name) => form.set({ name })}
          />
          <SelectField
            label={t("common.algorithm")}
            hint={about()}
            value={form.draft().algorithm}
            options={algorithms()}
            errors={form.errorsOf("recommender_class_name")}
            onValue={(algorithm) => form.set({ algorithm })}
          />
        </div>
        <TextArea
          label={t("common.settings")}
          hint={t("configurations.settingsHint")}
          rows={ROWS}
          value={form.draft().settings}
          errors={form.errorsOf("parameters_json")}
          onValue={(settings) => form.set({ settings })}
        />
        <Known algorithm={form.draft().algorithm} />
        <div class="flex gap-2">
          <Button type="submit" look="primary" needs="editor" busy={form.isSaving()}>
            {t("common.save")}
          </Button>
          <Button look="quiet" onClick={() => form.open(null)}>
            {t("common.cancel")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Known(props: { algorithm: string }): JSX.Element {
  return (
    <div class="text-sm">
      <p class="font-medium">{t("configurations.known")}</p>
      <ul class="num mt-1 flex flex-wrap gap-x-4 gap-y-1 text-xs">
        <For
          each={knownParams(props.algorithm)}
          fallback={<li class="text-muted">{t("configurations.noneKnown")}</li>}
        >
          {([name, usual]) => (
            <li class="max-w-full break-words">
              <span class="text-muted">{name}</span> {usual}
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
