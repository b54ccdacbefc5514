import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { createSignal, type JSX, Show } from "solid-js";
import { ApiError, type FieldErrors } from "../../api/api-error.ts";
import { changePassword, sessionsKey } from "../../api/sessions.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { TextField } from "../../components/field.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";

export function PasswordCard(props: { username: string }): JSX.Element {
  const client = useQueryClient();
  const [current, setCurrent] = createSignal("");
  const [next, setNext] = createSignal("");
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const mutation = useMutation(() => ({
    mutationFn: () => changePassword(current(), next()),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      void client.invalidateQueries({ queryKey: sessionsKey });
    },
  }));
  const refused = (): FieldErrors => (mutation.error instanceof ApiError ? mutation.error.fields : {});
  const errorsOf = (field: string) => problems()[field] ?? refused()[field];

  function submit(): void {
    const found = {
      ...(current() ? {} : { old_password: [t("auth.enterPassword")] }),
      ...(next() ? {} : { new_password: [t("auth.enterPassword")] }),
    };
    setProblems(found);
    if (Object.keys(found).length === 0) mutation.mutate();
  }

  return (
    <Card title={t("account.password.title")} subtitle={t("account.password.about")}>
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {/* Password managers file the new password under this name. */}
        <input type="text" name="username" autocomplete="username" value={props.username} readOnly hidden />
        <div class="grid gap-4 sm:grid-cols-2">
          <TextField
            label={t("account.password.current")}
            type="password"
            autocomplete="current-password"
            value={current()}
            errors={errorsOf("old_password")}
            onValue={setCurrent}
          />
          <TextField
            label={t("account.password.next")}
            type="password"
            autocomplete="new-password"
            value={next()}
            errors={errorsOf("new_password")}
            onValue={setNext}
          />
        </div>
        <Show when={mutation.error && Object.keys(refused()).length === 0}>
          <ErrorNotice title={t("accounts.reset.failed")} error={mutation.error} />
        </Show>
        <Show when={mutation.isSuccess}>
          <Notice tone="good" live title={t("account.password.done")} />
        </Show>
        <Button type="submit" look="primary" busy={mutation.isPending}>
          {t("accounts.reset.submit")}
        </Button>
      </form>
    </Card>
  );
}
