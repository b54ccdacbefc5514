import { For, type JSX, Show } from "solid-js";
import { KEY_SCOPES, type KeyScope } from "#contract/key-scopes.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CheckField, TextField } from "../../components/field.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import type { Keys } from "./create-keys.ts";

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
        <TextField
          label={t("common.name")}
          class="max-w-sm"
          placeholder={t("keys.form.example")}
          value={props.keys.name()}
          errors={props.keys.errorsOf("name")}
          onValue={props.keys.setName}
        />
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
