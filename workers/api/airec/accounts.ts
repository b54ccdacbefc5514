/** AiREC's sign-up and login, on Edgewise's accounts. Its clients know a name, an address and a password. */
import { REFRESH_TOKEN_TTL_S, signupRequest } from "#contract/auth.ts";
import { email as emailField } from "#contract/field.ts";
import { logIn, signUp, updateProfile } from "#services/accounts/accounts.ts";
import { AppError, FieldError } from "#services/app-error.ts";
import { readLimited } from "../middleware/body.ts";
import type { ApiContext } from "../middleware/context.ts";
import { parseJson } from "../middleware/parse-json.ts";
import type { RouteDeps } from "../routes/route-deps.ts";
import { textOfRefusal } from "./answers.ts";

type Fields = Readonly<Record<string, string>>;
type Checked = { readonly fields: Fields } | { readonly problem: string };

const badRequest = (error: string) => Response.json({ message: "BAD REQUEST", error }, { status: 400 });
const failed = (status: number, message: string) => Response.json({ message, success: false }, { status });

const MIN_LENGTH = 3;
const MAX_LENGTH = 30;

/** Its clients cannot renew a token, so one lasts as long as a session. Logging out and changes of the password still end it. */
const TOKEN_TTL_S = REFRESH_TOKEN_TTL_S;

export async function airecSignUp(deps: RouteDeps, c: ApiContext): Promise<Response> {
  const checked = check(await bodyOf(c), ["name", "email", "password"]);
  if ("problem" in checked) return badRequest(checked.problem);
  const { name = "", email = "", password = "" } = checked.fields;
  const request = signupRequest.safeParse({ username: usernameOf(email), email, password });
  if (!request.success) return badRequest(request.error.issues[0]?.message ?? "Invalid.");
  try {
    const { owner } = await signUp(deps, request.data, deps.settings.allowSignup);
    await updateProfile(deps, owner.id, { first_name: name });
    return Response.json({ message: "Signup successful", success: true }, { status: 201 });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (!(error instanceof FieldError)) return refusalOf(error);
    const isTaken = "username" in error.fields || "email" in error.fields;
    return isTaken ? failed(409, "User already exists") : badRequest(textOfRefusal(error));
  }
}

export async function airecLogIn(deps: RouteDeps, c: ApiContext): Promise<Response> {
  const checked = check(await bodyOf(c), ["email", "password"]);
  if ("problem" in checked) return badRequest(checked.problem);
  const { email = "", password = "" } = checked.fields;
  try {
    const { owner, tokens } = await logIn({ ...deps, accessTtlS: TOKEN_TTL_S }, { email, password });
    const name = owner.firstName || owner.username;
    const session = { jwttoken: tokens.access, email: owner.email || email, name };
    return Response.json({ message: "login successful", success: true, ...session });
  } catch (error) {
    // One text for an unknown address and for a wrong password: else addresses could be tried.
    if (error instanceof FieldError) return failed(403, "Auth failed");
    if (error instanceof AppError) return refusalOf(error);
    throw error;
  }
}

/** Sign-up is off, or there were too many attempts. */
function refusalOf(error: AppError): Response {
  if (error.code === "permission_denied") return failed(403, error.message);
  throw error;
}

/** An empty object for an absent body and for what is no JSON object; its missing fields are then named. */
async function bodyOf(c: ApiContext): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readLimited(c);
  const isJson = /^application\/json\b/i.test(c.req.header("content-type") ?? "");
  const body: unknown = isJson && bytes.length > 0 ? parseJson(bytes) : {};
  return typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body } : {};
}

/** The first problem in the order of the fields, as AiREC's validation words it; then fields that do not exist. */
function check(body: Readonly<Record<string, unknown>>, names: readonly string[]): Checked {
  for (const name of names) {
    const problem = problemOf(name, body[name]);
    if (problem !== null) return { problem: `"${name}" ${problem}` };
  }
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined) return { problem: `"${unknown}" is not allowed` };
  return { fields: body as Fields };
}

function problemOf(name: string, value: unknown): string | null {
  if (value === undefined) return "is required";
  if (typeof value !== "string") return "must be a string";
  if (value === "") return "is not allowed to be empty";
  if (name === "email") return emailField().safeParse(value).success ? null : "must be a valid email";
  if (value.length < MIN_LENGTH) return `length must be at least ${MIN_LENGTH} characters long`;
  return value.length > MAX_LENGTH
    ? `length must be less than or equal to ${MAX_LENGTH} characters long`
    : null;
}

/** The address, with other characters for those that no name of an account has. */
function usernameOf(email: string): string {
  return email.trim().replace(/[^\p{L}\p{N}_.@+-]/gu, "_");
}
