/** A call of an operation, from the form's input: as a request for `fetch`, and as a command to paste. */
import { shellQuoted } from "../features/keys/curl-command.ts";
import type { Operation, Parameter } from "./openapi.ts";

export interface CallValues {
  /** By the parameter's name. Blank for none. */
  readonly parameters: Readonly<Record<string, string>>;
  /** JSON as text. */
  readonly body: string;
  /** Fields of a form; a file alone is under FILE_BODY. */
  readonly form: Readonly<Record<string, string | File>>;
  /** An API key; blank to use the session of this browser. */
  readonly key: string;
}

export const FILE_BODY = "";
export const JSON_TYPE = "application/json";
export const FORM_TYPE = "multipart/form-data";

/** Blank parameters of the path; without them there is no address. */
export function missingParameters(operation: Operation, values: CallValues): readonly string[] {
  return operation.parameters
    .filter(
      ({ name, in: place, required }) => (required || place === "path") && !values.parameters[name]?.trim(),
    )
    .map(({ name }) => name);
}

/** What a form begins with: the project that is open in this browser, where a path has one. */
export function firstParameters({ path }: Operation, project: number | null): Record<string, string> {
  if (project === null) return {};
  const name = path.includes("{project_id}") ? "project_id" : "id";
  return name === "project_id" || path.startsWith("/api/v1/project/{id}/") ? { [name]: String(project) } : {};
}

export function urlOfCall(operation: Operation, { parameters }: CallValues): string {
  const valuesIn = (place: Parameter["in"]) =>
    operation.parameters
      .filter((parameter) => parameter.in === place)
      .map(({ name }) => [name, parameters[name]?.trim() ?? ""] as const);
  const path = valuesIn("path").reduce(
    (text, [name, value]) => text.replace(`{${name}}`, value ? encodeURIComponent(value) : `{${name}}`),
    operation.path,
  );
  const query = new URLSearchParams();
  for (const [name, value] of valuesIn("query")) if (value) query.set(name, value);
  const search = query.toString();
  return search ? `${path}?${search}` : path;
}

export function requestOf(operation: Operation, values: CallValues): RequestInit {
  const headers: Record<string, string> = { Accept: JSON_TYPE };
  for (const { name, in: place } of operation.parameters) {
    const value = values.parameters[name]?.trim();
    if (place === "header" && value) headers[name] = value;
  }
  const key = values.key.trim();
  if (key) headers["X-API-Key"] = key;
  const init: RequestInit = { method: operation.method, headers, credentials: key ? "omit" : "same-origin" };
  if (operation.body === null) return init;
  if (operation.body.type === JSON_TYPE) {
    return { ...init, headers: { ...headers, "Content-Type": JSON_TYPE }, body: values.body };
  }
  if (operation.body.type !== FORM_TYPE) return { ...init, body: values.form[FILE_BODY] ?? "" };
  const form = new FormData();
  for (const [name, value] of Object.entries(values.form)) if (value !== "") form.append(name, value);
  return { ...init, body: form };
}

/** For POSIX shells, one option a line. Without a key the command has a placeholder for it. */
export function curlOf(origin: string, operation: Operation, values: CallValues): string {
  const who = values.key.trim() ? `X-API-Key: ${values.key.trim()}` : "Authorization: Bearer TOKEN";
  const parts = [`curl -X ${operation.method} ${shellQuoted(origin + urlOfCall(operation, values))}`];
  parts.push(`-H ${shellQuoted(who)}`);
  if (operation.body?.type === JSON_TYPE) {
    parts.push(`-H ${shellQuoted(`Content-Type: ${JSON_TYPE}`)}`, `-d ${shellQuoted(compact(values.body))}`);
  } else if (operation.body?.type === FORM_TYPE) {
    for (const [name, value] of Object.entries(values.form)) {
      if (value !== "")
        parts.push(`-F ${shellQuoted(`${name}=${value instanceof File ? `@${value.name}` : value}`)}`);
    }
  } else if (operation.body) {
    const file = values.form[FILE_BODY];
    parts.push(`--data-binary ${shellQuoted(`@${file instanceof File ? file.name : "FILE"}`)}`);
  }
  return parts.join(" \\\n  ");
}

/** JSON in one line; other text stays unchanged. */
function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
