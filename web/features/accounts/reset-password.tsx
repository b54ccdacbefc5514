import { createSignal, type JSX, Show } from "solid-js";
import { ApiError } from "../../api/api-error.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { t } from "../../words/words.ts";

/** A new password for another account, in its row. */
export function ResetPassword(props: {
  username: string;
  onReset: (password: string) => Promise<void>;
  onDone: () => void;
}): JSX.Element {
  const [password, setPassword] = createSignal("");
  const [errors, setErrors] = createSignal<readonly string[]>();
  const [isSet, setSet] = createSignal(false);
  const [busy, setBusy] = createSignal(false);

  async function submit(): Promise<void> {
    setBusy(true);
    setErrors(undefined);
    try {
      await props.onReset(password());
      setSet(true);
    } catch (error) {
      const fields = error instanceof ApiError ? error.fields.new_password : undefined;
      setErrors(fields ?? [error instanceof ApiError ? error.message : t("accounts.reset.failed")]);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      class="flex flex-wrap items-end gap-2"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Show
        when={!isSet()}
        fallback={
          <p role="status" class="text-sm text-good">
            {t("accounts.reset.done", props.username)}
          </p>
        }
      >
        <TextField
          label={t("accounts.reset.label", props.username)}
          type="password"
          class="w-64"
          autocomplete="new-password"
          value={password()}
          errors={errors()}
          onValue={setPassword}
        />
        <Button type="submit" look="primary" busy={busy()}>
          {t("accounts.reset.submit")}
        </Button>
      </Show>
      <Button onClick={() => props.onDone()}>
        {isSet() ? t("accounts.reset.close") : t("accounts.reset.notNow")}
      </Button>
    </form>
  );
}
