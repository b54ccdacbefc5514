import { A, useLocation } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import type { SignupRequest } from "#contract/auth.ts";
import { MIN_PASSWORD_LENGTH } from "#contract/password-length.ts";
import type { FieldErrors } from "../../api/api-error.ts";
import { signup } from "../../api/auth.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { AuthPage } from "./auth-page.tsx";
import { createAuthForm } from "./create-auth-form.ts";

/** The schemas come when they are needed: they are larger than the page. */
async function checkSignup(body: SignupRequest): Promise<FieldErrors> {
  const { checkSignup: check } = await import("./check-signup.ts");
  return check(body);
}

export function SignupPage(): JSX.Element {
  const [username, setUsername] = createSignal("");
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  const form = createAuthForm<SignupRequest>(signup, checkSignup);
  return (
    <AuthPage
      title={t("auth.signupTitle")}
      description={t("auth.signupAbout")}
      footer={
        <>
          {t("auth.haveOne")}{" "}
          <A href={`/login${useLocation().search}`} class="link">
            {t("auth.signIn")}
          </A>
        </>
      }
    >
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.submit({ username: username().trim(), email: email().trim(), password: password() });
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
          label={t("auth.email")}
          optional
          type="email"
          autocomplete="email"
          value={email()}
          errors={form.errorsOf("email")}
          onValue={setEmail}
        />
        <TextField
          label={t("auth.password")}
          type="password"
          autocomplete="new-password"
          hint={t("auth.passwordHint", MIN_PASSWORD_LENGTH)}
          value={password()}
          errors={form.errorsOf("password")}
          onValue={setPassword}
        />
        <Button type="submit" look="primary" class="w-full" busy={form.busy()}>
          {form.busy() ? t("auth.creating") : t("auth.create")}
        </Button>
      </form>
    </AuthPage>
  );
}
