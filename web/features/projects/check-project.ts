import { projectRequest } from "#contract/project.ts";
import type { FieldErrors } from "../../api/api-error.ts";

export type ProjectField = "name" | "user_column" | "item_column" | "time_column";
type ProjectValues = Readonly<Record<ProjectField, string>>;

const MISSING_TEXT: Readonly<Record<string, string>> = {
  name: "Give the project a name.",
  user_column: "Say which column holds the person.",
  item_column: "Say which column holds the item.",
};

/** What is wrong with a project's name and columns, by field; empty when nothing is. */
export function checkProject(values: ProjectValues): FieldErrors {
  const parsed = projectRequest.safeParse({ ...values, time_column: values.time_column.trim() || null });
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => String(issue.path[0]));
    return Object.fromEntries(fields.map((field) => [field, [MISSING_TEXT[field] ?? "Check this value."]]));
  }
  const { user_column: user, item_column: item, time_column: time } = parsed.data;
  if (user === item) return { item_column: ["The user is in this column. Choose another one."] };
  if (time && (time === user || time === item)) {
    return { time_column: [`The ${time === user ? "user" : "item"} is in this column. Choose another one.`] };
  }
  return {};
}
