import { A, useLocation } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { login } from "../../api/auth.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { AuthPage } from "./auth-page.tsx";
import { createAuthForm } from "./create-auth-form.ts";

interface Credentials {
  username: string;
  password: string;
}

function checkCredentials(body: Credentials) {
  return {
    ...(body.username ? {} : { username: [t("auth.enterUsername")] }),
    ...(body.password ? {} : { password: [t("auth.enterPassword")] }),
  };
}

export function LoginPage(): JSX.Element {
  const [username, setUsername] = createSignal("");
  const [password, setPassword] = createSignal("");
  const form = createAuthForm<Credentials>(login, checkCredentials);
  return (
    <AuthPage
      title={t("auth.signIn")}
      description={t("auth.loginAbout")}
      footer={
        <>
          {t("auth.newHere")}{" "}
          <A href={`/signup${useLocation().search}`} class="link">
            {t("auth.signupTitle")}
          </A>
        </>
      }
    >
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.submit({ username: username().trim(), password: password() });
        }}
      >
        <Show when={form.formError()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
        <TextField
          label={t("auth.username")}
          autocomplete="username"
          autofocus
          value={username()}
          errors={form.errorsOf("username")}
          onValue={setUsername}
        />
        <TextField
          label={t("auth.password")}
          type="password"
          autocomplete="current-password"
          value={password()}
          errors={form.errorsOf("password")}
          onValue={setPassword}
        />
        <Button type="submit" look="primary" class="w-full" busy={form.busy()}>
          {form.busy() ? t("auth.signingIn") : t("auth.signIn")}
        </Button>
      </form>
    </AuthPage>
  );
}
