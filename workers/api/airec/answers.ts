/** Answers in the forms of AiREC's three services. */
import { type AppError, FieldError } from "#services/app-error.ts";
import { toErrorResponse } from "../middleware/error-response.ts";

/** An error of the service of projects and recommendations. */
export function detail(status: number, text: string): Response {
  return Response.json({ detail: text }, { status });
}

/** One refused value of a path, a query or a form. */
export interface Refused {
  readonly type: string;
  readonly loc: readonly string[];
  readonly msg: string;
  readonly input: unknown;
}

export function unprocessable(...refused: readonly Refused[]): Response {
  return Response.json({ detail: refused }, { status: 422 });
}

/** Thrown with the answer that ends a request. */
export class AirecRefusal extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super(`refused with ${response.status}`);
    this.response = response;
  }
}

export function refuse(status: number, text: string): never {
  throw new AirecRefusal(detail(status, text));
}

/** A whole number of a path or a query. Throws the refusal of any other text. */
export function wholeNumber(text: string, loc: readonly string[]): number {
  if (/^\s*[+-]?\d{1,15}\s*$/.test(text)) return Number(text);
  const msg = "Input should be a valid integer, unable to parse string as an integer";
  throw new AirecRefusal(unprocessable({ type: "int_parsing", loc, msg, input: text }));
}

/** The text of a refusal of Edgewise's services. */
export function textOfRefusal(error: AppError): string {
  return error instanceof FieldError ? Object.values(error.fields).flat().join(" ") : error.message;
}

/** The answer to an error of any service, with one text under `detail`; null for an unexpected error. */
export function airecError(error: unknown): Response | null {
  if (error instanceof AirecRefusal) return error.response;
  const known = toErrorResponse(error);
  if (known === null || !(error instanceof FieldError)) return known;
  return detail(known.status, textOfRefusal(error));
}
