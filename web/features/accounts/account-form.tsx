import { type JSX, Show } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CheckField, TextField } from "../../components/field.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import type { Accounts } from "./create-accounts.ts";

export function AccountForm(props: { accounts: Accounts }): JSX.Element {
  return (
    <Card title={t("accounts.form.title")}>
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.accounts.submit();
        }}
      >
        <Show when={props.accounts.formError()}>
          {(error) => <ErrorNotice title={t("accounts.form.failed")} error={error()} />}
        </Show>
        <div class="grid gap-4 sm:grid-cols-3">
          <TextField
            label={t("accounts.username")}
            autocomplete="off"
            value={props.accounts.values.username}
            errors={props.accounts.errorsOf("username")}
            onValue={(username) => props.accounts.set({ username })}
          />
          <TextField
            label={t("accounts.email")}
            type="email"
            optional
            autocomplete="off"
            value={props.accounts.values.email}
            errors={props.accounts.errorsOf("email")}
            onValue={(email) => props.accounts.set({ email })}
          />
          <TextField
            label={t("accounts.password")}
            type="password"
            autocomplete="new-password"
            hint={t("accounts.form.passwordHint")}
            value={props.accounts.values.password}
            errors={props.accounts.errorsOf("password")}
            onValue={(password) => props.accounts.set({ password })}
          />
        </div>
        <CheckField
          label={t("accounts.administrator")}
          hint={t("accounts.form.administratorHint")}
          checked={props.accounts.values.is_staff}
          onChange={(is_staff) => props.accounts.set({ is_staff })}
        />
        <Button type="submit" look="primary" icon="user" busy={props.accounts.busy()}>
          {t("accounts.form.create")}
        </Button>
      </form>
    </Card>
  );
}
