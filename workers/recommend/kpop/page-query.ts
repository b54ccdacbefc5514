/** The query of the K-pop service's pages, with the refusals that its clients get. */
import type { ValidationProblem } from "#contract/inference.ts";
import { MAX_RECOMMENDATIONS_LIMIT } from "#contract/limits.ts";
import { ServingError } from "../http/errors.ts";

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

interface Bounds {
  readonly usual: number;
  readonly min: number;
  readonly max: number;
}

/** Clients of the service may compare the address of a refusal's explanation. */
const EXPLAINED_AT = "https://errors.pydantic.dev/2.5/v/";
const WHOLE = /^\s*[+-]?\d{1,15}(\.0*)?\s*$/;

/** Throws a 422 `ServingError` that names each wrong field. Other fields are ignored; the last of several counts. */
export function pageOf(url: string): Page {
  const fields = new URL(url).searchParams;
  const problems: (ValidationProblem & { url: string })[] = [];
  const read = (name: string, bounds: Bounds) => {
    const text = fields.getAll(name).at(-1);
    if (text === undefined) return bounds.usual;
    const problem = problemOf(text, bounds);
    if (!problem) return Number(text);
    problems.push({
      ...problem,
      ...{ loc: ["query", name], input: text, url: `${EXPLAINED_AT}${problem.type}` },
    });
    return bounds.usual;
  };
  const limit = read("limit", { usual: 20, min: 1, max: MAX_RECOMMENDATIONS_LIMIT });
  const offset = read("offset", { usual: 0, min: 0, max: Number.MAX_SAFE_INTEGER });
  if (problems.length > 0) throw new ServingError(422, problems);
  return { limit, offset };
}

function problemOf(text: string, { min, max }: Bounds): Omit<ValidationProblem, "loc" | "input"> | null {
  if (!WHOLE.test(text)) {
    return {
      type: "int_parsing",
      msg: "Input should be a valid integer, unable to parse string as an integer",
    };
  }
  if (Number(text) < min) {
    const msg = `Input should be greater than or equal to ${min}`;
    return { type: "greater_than_equal", msg, ctx: { ge: min } };
  }
  if (Number(text) <= max) return null;
  return { type: "less_than_equal", msg: `Input should be less than or equal to ${max}`, ctx: { le: max } };
}
