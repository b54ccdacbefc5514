import { type ProjectRequest, projectRequest } from "#contract/project.ts";
import type { FieldErrors } from "../../api/api-error.ts";
import { type ReadingValues, separatorProblem, toReadingRequest } from "./reading-values.ts";

/** A project's settings as form fields hold them. */
export interface ProjectValues extends ReadingValues {
  readonly name: string;
  readonly user_column: string;
  readonly item_column: string;
  /** Blank for none. */
  readonly time_column: string;
  /** One per line. */
  readonly allowed_origins: string;
}
export type ProjectField = keyof ProjectValues;

const MISSING_TEXT: Readonly<Record<string, string>> = {
  name: "Give the project a name.",
  user_column: "Choose the column that identifies the user.",
  item_column: "Choose the column that identifies the item.",
};

/** The request, or the errors by field. */
export function checkProject(
  values: ProjectValues,
): { readonly request: ProjectRequest } | { readonly problems: FieldErrors } {
  const separator = separatorProblem(values);
  if (separator !== null) return { problems: { other_separator: [separator] } };
  const parsed = projectRequest.safeParse({
    ...values,
    ...toReadingRequest(values),
    time_column: values.time_column.trim() || null,
    allowed_origins: values.allowed_origins.split(/[\s,]+/).filter(Boolean),
  });
  if (!parsed.success) return { problems: problemsOf(parsed.error.issues) };
  const { user_column: user, item_column: item, time_column: time } = parsed.data;
  if (user === item)
    return { problems: { item_column: ["This column is the user column. Choose another one."] } };
  if (time && (time === user || time === item)) {
    const role = time === user ? "user" : "item";
    return { problems: { time_column: [`This column is the ${role} column. Choose another one.`] } };
  }
  return { request: parsed.data };
}

function problemsOf(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): FieldErrors {
  return Object.fromEntries(
    issues.map(({ path: [field], message }) => [
      String(field),
      [MISSING_TEXT[String(field)] ?? (field === "allowed_origins" ? message : "Check this value.")],
    ]),
  );
}
