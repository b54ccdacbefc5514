import { For, type JSX, Show } from "solid-js";
import { KEY_SCOPES, type KeyScope } from "#contract/key-scopes.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CheckField, TextField } from "../../components/field.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import type { Keys } from "./create-keys.ts";

const SCOPE_TEXTS: Readonly<Record<KeyScope, string>> = {
  predict: "Ask for recommendations. This is all that an application needs.",
  events: "Send events: views, likes, purchases as they happen.",
  items: "Write items: their properties, and which ones are hidden.",
  read: "See this project's data, jobs and models.",
  write: "Change them: upload, tune, train, delete, and delete the project itself.",
};

export function KeyForm(props: { keys: Keys }): JSX.Element {
  return (
    <Card title="New key">
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.keys.submit();
        }}
      >
        <Show when={props.keys.formError()}>
          {(error) => <ErrorNotice title="The key was not created." error={error()} />}
        </Show>
        <TextField
          label="Name"
          class="max-w-sm"
          placeholder="web shop"
          value={props.keys.name()}
          errors={props.keys.errorsOf("name")}
          onValue={props.keys.setName}
        />
        <fieldset>
          <legend class="mb-2 text-sm font-medium">What it may do</legend>
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
        <Button type="submit" look="primary" icon="key" busy={props.keys.busy()}>
          Create key
        </Button>
      </form>
    </Card>
  );
}
