import { type JSX, Show } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CheckField, TextField } from "../../components/field.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import type { Accounts } from "./create-accounts.ts";

export function AccountForm(props: { accounts: Accounts }): JSX.Element {
  return (
    <Card title="New account">
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.accounts.submit();
        }}
      >
        <Show when={props.accounts.formError()}>
          {(error) => <ErrorNotice title="The account was not created." error={error()} />}
        </Show>
        <div class="grid gap-4 sm:grid-cols-3">
          <TextField
            label="Username"
            autocomplete="off"
            value={props.accounts.values.username}
            errors={props.accounts.errorsOf("username")}
            onValue={(username) => props.accounts.set({ username })}
          />
          <TextField
            label="E-mail"
            type="email"
            optional
            autocomplete="off"
            value={props.accounts.values.email}
            errors={props.accounts.errorsOf("email")}
            onValue={(email) => props.accounts.set({ email })}
          />
          <TextField
            label="Password"
            type="password"
            autocomplete="new-password"
            hint="At least 8 characters. Tell the person yourself: no e-mail is sent."
            value={props.accounts.values.password}
            errors={props.accounts.errorsOf("password")}
            onValue={(password) => props.accounts.set({ password })}
          />
        </div>
        <CheckField
          label="Administrator"
          hint="Can see everyone's projects and manage accounts."
          checked={props.accounts.values.is_staff}
          onChange={(is_staff) => props.accounts.set({ is_staff })}
        />
        <Button type="submit" look="primary" icon="user" busy={props.accounts.busy()}>
          Create account
        </Button>
      </form>
    </Card>
  );
}
