import { For, type JSX, Show } from "solid-js";
import { KEY_SCOPES, type KeyScope } from "#contract/key-scopes.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CheckField, SelectField, TextField } from "../../components/field.tsx";
import { formatDay } from "../../components/format.ts";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import type { Keys } from "./create-keys.ts";
import { KEY_LIFETIMES, type KeyLifetime, keyEnd, lifetimeOf } from "./key-end.ts";

const SCOPE_TEXTS: Readonly<Record<KeyScope, string>> = {
  get predict() {
    return t("keys.scopes.predict");
  },
  get events() {
    return t("keys.scopes.events");
  },
  get items() {
    return t("keys.scopes.items");
  },
  get read() {
    return t("keys.scopes.read");
  },
  get write() {
    return t("keys.scopes.write");
  },
};

export function KeyForm(props: { keys: Keys }): JSX.Element {
  return (
    <Card title={t("keys.form.title")}>
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.keys.submit();
        }}
      >
        <Show when={props.keys.formError()}>
          {(error) => <ErrorNotice title={t("keys.form.failed")} error={error()} />}
        </Show>
        <div class="grid max-w-2xl gap-4 sm:grid-cols-2">
          <TextField
            label={t("common.name")}
            placeholder={t("keys.form.example")}
            value={props.keys.name()}
            errors={props.keys.errorsOf("name")}
            onValue={props.keys.setName}
          />
          <SelectField
            label={t("keys.form.ends")}
            hint={t("keys.form.endsHint")}
            value={String(props.keys.lifetime())}
            options={KEY_LIFETIMES.map((days) => ({ value: String(days), label: lifetimeText(days) }))}
            errors={props.keys.errorsOf("expires_at")}
            onValue={(value) => props.keys.setLifetime(lifetimeOf(value))}
          />
        </div>
        <fieldset>
          <legend class="mb-2 text-sm font-medium">{t("keys.form.scopes")}</legend>
          <div class="grid gap-3 sm:grid-cols-2">
            <For each={[...KEY_SCOPES].sort()}>
              {(scope) => (
                <CheckField
                  label={scope}
                  hint={SCOPE_TEXTS[scope]}
                  checked={props.keys.scopes().includes(scope)}
                  onChange={(isOn) => props.keys.setScope(scope, isOn)}
                />
              )}
            </For>
          </div>
          <Show when={props.keys.errorsOf("scopes")}>
            {(texts) => <p class="mt-1 text-sm text-bad">{texts()[0]}</p>}
          </Show>
        </fieldset>
        <Button needs="owner" type="submit" look="primary" icon="key" busy={props.keys.busy()}>
          {t("keys.form.create")}
        </Button>
      </form>
    </Card>
  );
}

function lifetimeText(days: KeyLifetime): string {
  const end = keyEnd(days, new Date());
  return days === null || end === null ? t("keys.form.never") : t("keys.form.inDays", days, formatDay(end));
}
