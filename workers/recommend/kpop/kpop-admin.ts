/** Health and administration as the K-pop service's clients know them. A server's key may ask: nothing of a project changes here. */
import type { Context } from "hono";
import type { KeyScope } from "#contract/key-scopes.ts";
import { jsonAnswer } from "../http/answer.ts";
import { addressOf } from "../http/caller-address.ts";
import { ServingError } from "../http/errors.ts";
import { noteKey } from "../routes/caller-of.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import { healthOf, type KpopStateDeps, modelStatusOf, reloadOf } from "./kpop-state.ts";

/** One of these is enough. */
const SCOPES: readonly KeyScope[] = ["predict", "read", "write"];
const RETRY_SOON = { "Retry-After": "1" };

type KpopContext = Context<ServingContext>;

export async function health(c: KpopContext, deps: KpopStateDeps): Promise<Response> {
  const projectId = await projectOf(c);
  return jsonAnswer(await healthOf(deps, c.get("serving"), projectId));
}

/** Throws 503 when a store does not answer. */
export async function modelStatus(c: KpopContext, deps: KpopStateDeps): Promise<Response> {
  const projectId = await projectOf(c);
  try {
    return jsonAnswer(await modelStatusOf(deps, c.get("serving"), projectId));
  } catch (error) {
    deps.logError("model_status_failed", error);
    const message = "The status cannot be read at the moment";
    throw new ServingError(503, { message, error_code: "DATABASE_ERROR" }, RETRY_SOON);
  }
}

/** Throws 503 when the next model cannot be loaded: the former one goes on. */
export async function reloadModel(c: KpopContext, deps: KpopStateDeps): Promise<Response> {
  const projectId = await projectOf(c);
  const answer = await reloadOf(deps, c.get("serving"), projectId);
  if (typeof answer !== "string") return jsonAnswer(answer);
  const error = `Model reload failed: Failed to load model: ${answer}`;
  throw new ServingError(503, {
    ...{ message: "Model reload failed", error_code: "MODEL_RELOAD_ERROR", error },
  });
}

async function projectOf(c: KpopContext): Promise<number> {
  c.set("route", "kpop");
  const key = c.req.param("key") ?? c.req.header("X-API-Key");
  const record = await c.get("serving").authenticate(key, SCOPES, addressOf(c));
  noteKey(c, record);
  c.get("timing").end("auth");
  return record.project_id;
}
