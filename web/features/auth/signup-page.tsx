import { A } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { MIN_PASSWORD_LENGTH, type SignupRequest, signupRequest } from "#contract/auth.ts";
import type { FieldErrors } from "../../api/api-error.ts";
import { signup } from "../../api/auth.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { AuthPage } from "./auth-page.tsx";
import { createAuthForm } from "./create-auth-form.ts";

const FIELD_TEXT: Readonly<Record<string, string>> = {
  username: "Use letters, digits and @ . + - _ only, 150 at most.",
  email: "This does not look like an email address. It may stay empty.",
  password: `Use at least ${MIN_PASSWORD_LENGTH} characters.`,
};

function checkSignup(body: SignupRequest): FieldErrors {
  const parsed = signupRequest.safeParse(body);
  const fields = parsed.success ? [] : parsed.error.issues.map((issue) => String(issue.path[0]));
  if (body.password.length < MIN_PASSWORD_LENGTH) fields.push("password");
  return Object.fromEntries(fields.map((field) => [field, [FIELD_TEXT[field] ?? "Check this value."]]));
}

export function SignupPage(): JSX.Element {
  const [username, setUsername] = createSignal("");
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  const form = createAuthForm<SignupRequest>(signup, checkSignup);
  return (
    <AuthPage
      title="Create an account"
      description="The first account of an installation becomes its administrator."
      footer={
        <>
          Already have one?{" "}
          <A href="/login" class="link">
            Sign in
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
          label="Username"
          autocomplete="username"
          autofocus
          value={username()}
          errors={form.errorsOf("username")}
          onValue={setUsername}
        />
        <TextField
          label="Email"
          optional
          type="email"
          autocomplete="email"
          value={email()}
          errors={form.errorsOf("email")}
          onValue={setEmail}
        />
        <TextField
          label="Password"
          type="password"
          autocomplete="new-password"
          hint={`At least ${MIN_PASSWORD_LENGTH} characters.`}
          value={password()}
          errors={form.errorsOf("password")}
          onValue={setPassword}
        />
        <Button type="submit" look="primary" class="w-full" busy={form.busy()}>
          {form.busy() ? "Creating the account…" : "Create account"}
        </Button>
      </form>
    </AuthPage>
  );
}
