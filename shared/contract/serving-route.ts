/** What is known of a route of serving, and why most of them refuse a call. */
import type * as z from "zod";

export interface ServingRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Parameters are in braces, as in OpenAPI. */
  readonly path: `/${string}`;
  /** Whether one slash may follow the path. */
  readonly mayEndWithSlash: boolean;
  /** Recotem's id if it has the route. Generated clients use it as a name. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** The path's parameters. */
  readonly params: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  /** 200 by default. */
  readonly answerStatus?: string;
  /** Another status with the form of the answer, and what it means. */
  readonly alsoAnswers?: { readonly status: string; readonly meaning: string };
  /** Reasons for refusing a call, by status. Each has the form of `servingRefusal`. */
  readonly refusals: Readonly<Record<string, string>>;
  /** Whether callers send an API key. */
  readonly needsKey: boolean;
}

/** By status. */
export const REFUSALS = {
  "401": "No valid key",
  "403": "The key belongs to another project or lacks the scope `predict`",
  "404": "The project serves nothing yet",
  "422": "The wrong fields",
  "429": "The key has used up its limit, or this address has tried too many unknown keys",
  "503": "No model can be used",
};
