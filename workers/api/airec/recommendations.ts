/** Recommendations of AiREC's projects, for its studio and for its apps. */
import { AIREC_MIXES, type AirecRow, MAX_AIREC_ITEMS } from "#contract/airec.ts";
import type { AirecProjectRow } from "#services/airec/airec-facts.ts";
import { type AirecProject, toAirecProject } from "#services/airec/airec-projects.ts";
import { columnOf } from "#services/airec/mapping.ts";
import { askedModels, type ReadableProject, readableProject } from "#services/airec/readable-project.ts";
import { type PreviewResult, refuseOverloaded } from "#services/preview.ts";
import type { RouteDeps } from "../routes/route-deps.ts";
import { AirecRefusal, refuse, unprocessable, wholeNumber } from "./answers.ts";

export interface AirecQuery {
  readonly title: string | null;
  readonly userId: string | null;
  readonly limit: number;
  readonly mix: (typeof AIREC_MIXES)[number];
}

export const DEFAULT_LIMIT = 10;

/** `n` and `mix` of a query; empty texts count as absent, as in AiREC. */
export function queryOf(query: Readonly<Record<string, string>>): AirecQuery {
  const { item_title: title, user_id: userId, n, mix = "content_first" } = query;
  const limit = n === undefined ? DEFAULT_LIMIT : wholeNumber(n, ["query", "n"]);
  if (limit < 0) {
    const msg = "Input should be greater than or equal to 0";
    throw new AirecRefusal(unprocessable({ type: "greater_than_equal", loc: ["query", "n"], msg, input: n }));
  }
  const known = AIREC_MIXES.find((one) => one === mix);
  if (known)
    return {
      title: title || null,
      userId: userId || null,
      limit: Math.min(limit, MAX_AIREC_ITEMS),
      mix: known,
    };
  const msg = `Input should be ${AIREC_MIXES.map((one) => `'${one}'`).join(" or ")}`;
  throw new AirecRefusal(unprocessable({ type: "enum", loc: ["query", "mix"], msg, input: mix }));
}

/** The answer to `/project/{id}/recommendations`. Throws the refusal of a project that is not ready, or of a query that lacks what its models need. */
export async function recommendationsOf(deps: RouteDeps, project: AirecProject, query: AirecQuery) {
  const { status } = toAirecProject(project);
  if (status !== "ready") refuse(400, `Project status is ${status}.`);
  requireQuery(project.row, query);
  const readable = await readableProject(deps.db, project.row);
  const models = askedModels(readable, query);
  const mix =
    query.mix === "interleaved" ? ({ type: query.mix, contentShare: 0.5 } as const) : { type: query.mix };
  const items = requireValue(await deps.preview.mixed({ ...models, limit: query.limit, mix }));
  return {
    input_item_title: query.title,
    input_user_id: query.userId,
    model_type: project.row.modelType,
    recommendations: items.map(({ itemId, title }) => rowOf(readable, itemId, title)),
  };
}

function requireQuery({ modelType }: AirecProjectRow, { title, userId }: AirecQuery): void {
  if (modelType === "content" && title === null)
    refuse(400, "item_title is required for this content-based model.");
  if (modelType === "collaborative" && userId === null)
    refuse(400, "user_id is required for this collaborative model.");
  if (modelType !== "hybrid" || (title !== null && userId !== null)) return;
  refuse(400, "user_id and item_title are required for this hybrid model.");
}

/** The keys are the columns of the customer's table of items; `item_id` without one. */
function rowOf({ content }: ReadableProject, itemId: string, title: string): AirecRow {
  if (!content) return { item_id: itemId };
  const [id, name] = [columnOf(content, "item_id"), columnOf(content, "item_title")];
  return { [id ?? "item_id"]: itemId, [name ?? "item_title"]: title };
}

/** The value of a result of serving. */
export function requireValue<T>(result: PreviewResult<T>): T {
  if (result.ok) return result.value;
  refuseOverloaded(result);
  return refuse(404, "The project's model or table is gone.");
}
