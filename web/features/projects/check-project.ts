import { type ProjectRequest, projectRequest } from "#contract/project.ts";
import type { FieldErrors } from "../../api/api-error.ts";
import { t } from "../../words/words.ts";
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

const missingTexts = (): Readonly<Record<string, string>> => ({
  name: t("projects.missing.name"),
  user_column: t("projects.missing.user"),
  item_column: t("projects.missing.item"),
});

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
  if (user === item) return { problems: { item_column: [t("projects.isUserColumn")] } };
  if (time && (time === user || time === item)) {
    const problem = time === user ? t("projects.isUserColumn") : t("projects.isItemColumn");
    return { problems: { time_column: [problem] } };
  }
  return { request: parsed.data };
}

function problemsOf(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): FieldErrors {
  return Object.fromEntries(
    issues.map(({ path: [field], message }) => [
      String(field),
      [missingTexts()[String(field)] ?? (field === "allowed_origins" ? message : t("common.checkValue"))],
    ]),
  );
}
