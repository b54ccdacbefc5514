import { type SignupRequest, signupRequest } from "#contract/auth.ts";
import { MIN_PASSWORD_LENGTH } from "#contract/password-length.ts";
import type { FieldErrors } from "../../api/api-error.ts";
import { t } from "../../words/words.ts";

const fieldTexts = (): Readonly<Record<string, string>> => ({
  username: t("auth.wrong.username"),
  email: t("auth.wrong.email"),
  password: t("auth.wrong.password", MIN_PASSWORD_LENGTH),
});

/** What the API would refuse, by field; nothing when it would take the request. */
export function checkSignup(body: SignupRequest): FieldErrors {
  const parsed = signupRequest.safeParse(body);
  const fields = parsed.success ? [] : parsed.error.issues.map((issue) => String(issue.path[0]));
  if (body.password.length < MIN_PASSWORD_LENGTH) fields.push("password");
  return Object.fromEntries(fields.map((field) => [field, [fieldTexts()[field] ?? t("common.checkValue")]]));
}
