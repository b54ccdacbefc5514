/** Refusals as Gorse's clients read them: a status and one line of plain text. */
import { addFixedHeaders } from "../http/answer.ts";
import { ServingError } from "../http/errors.ts";

/** A refusal with Gorse's own text, or with one like it. */
export class GorseError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "GorseError";
    this.status = status;
  }
}

export const notFound = (id: string, thing: "user" | "item"): GorseError =>
  new GorseError(404, `${id}: ${thing} not found`);

export function textAnswer(
  status: number,
  text: string,
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = new Headers({ "Content-Type": "text/plain; charset=utf-8", ...more });
  addFixedHeaders(headers);
  return new Response(text, { status, headers });
}

/** The answer to a refusal; null for an error that is none. */
export function refusalOf(error: unknown): Response | null {
  if (error instanceof GorseError) return textAnswer(error.status, error.message);
  if (!(error instanceof ServingError)) return null;
  if (error.status === 401) return textAnswer(401, "unauthorized", error.headers);
  const status = error.status === 422 ? 400 : error.status;
  return textAnswer(status, textOf(error.detail), error.headers);
}

/** The first problem of a list, with its place. */
function textOf(detail: unknown): string {
  if (typeof detail === "string") return detail;
  const [first] = Array.isArray(detail) ? (detail as { loc?: readonly unknown[]; msg?: unknown }[]) : [];
  const place = (first?.loc ?? []).slice(1).join(".");
  return place === "" ? String(first?.msg ?? "bad request") : `${place}: ${String(first?.msg)}`;
}
