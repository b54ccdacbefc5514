import type * as z from "zod";
import { FieldError } from "../app-error.ts";

/** The values of a query by its schema. Throws a field error that names each wrong one. */
export function parseQuery<Schema extends z.ZodType>(
  schema: Schema,
  query: Readonly<Record<string, string>>,
): z.output<Schema> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => [String(path[0]), [message]]);
  throw new FieldError(Object.fromEntries(issues));
}
