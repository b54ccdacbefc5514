/**
 * The routes of the serving Worker, each described once. The Worker registers and checks requests by them; the management API
 * includes them in its OpenAPI document.
 */
import * as z from "zod";
import { deletionResponse } from "./deletion.ts";
import { eventsQuery, eventsRequest, eventsResponse } from "./event.ts";
import {
  inferenceModels,
  modelBatchRequest,
  modelBatchResponse,
  modelPredictRequest,
  modelPredictResponse,
  predictRequest,
  predictResponse,
  recommendationsQuery,
  recommendationsResponse,
  servingHealth,
} from "./inference.ts";
import { ITEM_ROUTES } from "./item-routes.ts";
import { wholeNumber } from "./query-number.ts";
import {
  batchRequest,
  batchResponse,
  popularQuery,
  recommendRequest,
  recommendResponse,
  similarRequest,
  trendingQuery,
} from "./recommend.ts";
import { REFUSALS, type ServingRoute } from "./serving-route.ts";
import { userMergeRequest, userMergeResponse } from "./user-merge.ts";
import { userTokenRequest, userTokenResponse } from "./user-token.ts";

const { "404": _, ...V1_REFUSALS } = {
  ...REFUSALS,
  "403": "The key lacks the scope `predict`",
};

const V1_POST = {
  tag: "recommendations",
  params: z.object({}),
  refusals: { ...V1_REFUSALS, "413": "The body is longer than a mebibyte" },
  needsKey: true,
} as const;

const modelParams = z.object({ model_id: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }) });
const MODEL_REFUSALS = {
  ...REFUSALS,
  "404": "The project has no such trained model, or the model does not know the user",
  "413": "The body is longer than a mebibyte",
};

export const SERVING_ROUTES = {
  predict: {
    method: "POST",
    path: "/inference/predict/project/{project_id}",
    mayEndWithSlash: true,
    operationId: "predict_by_project_predict_project__project_id__post",
    summary: "Recommend to a user, or to somebody who likes some items",
    description:
      "`strategy` says how the list was made: `personal` from the model and the user's own history, `profile` from the items in the " +
      "request, `popular` if the model knows neither the user nor an item of the request. An unknown user does not get a 404.",
    tag: "inference",
    params: z.object({ project_id: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }) }),
    body: predictRequest,
    answer: predictResponse,
    refusals: { ...REFUSALS, "413": "The body is longer than a mebibyte" },
    needsKey: true,
  },
  predictModel: {
    method: "POST",
    path: "/inference/predict/{model_id}",
    mayEndWithSlash: true,
    operationId: "predict_predict__model_id__post",
    summary: "Recommend to a user by one model, live or not",
    description:
      "The list is of the training data alone: no events, rules or slots. A user that they do not have is a 404.",
    tag: "inference",
    params: modelParams,
    body: modelPredictRequest,
    answer: modelPredictResponse,
    refusals: MODEL_REFUSALS,
    needsKey: true,
  },
  predictModelBatch: {
    method: "POST",
    path: "/inference/predict/{model_id}/batch",
    mayEndWithSlash: true,
    operationId: "predict_batch_predict__model_id__batch_post",
    summary: "Recommend to up to 100 users by one model",
    description:
      "Answers are in the order of the ids. A user that the training data do not have gets no items.",
    tag: "inference",
    params: modelParams,
    body: modelBatchRequest,
    answer: modelBatchResponse,
    refusals: {
      ...MODEL_REFUSALS,
      "400": "More than 100 users",
      "404": "The project has no such trained model",
    },
    needsKey: true,
  },
  inferenceModels: {
    method: "GET",
    path: "/inference/models",
    mayEndWithSlash: false,
    operationId: "list_models_models_get",
    summary: "List the models that answer for the key's project at this location",
    tag: "inference",
    params: z.object({}),
    answer: inferenceModels,
    refusals: { "401": REFUSALS["401"], "403": REFUSALS["403"], "429": REFUSALS["429"] },
    needsKey: true,
  },
  health: {
    method: "GET",
    path: "/inference/health",
    mayEndWithSlash: false,
    operationId: "health_check_health_get",
    summary: "Check that serving is up",
    tag: "inference",
    params: z.object({}),
    answer: servingHealth,
    refusals: {},
    needsKey: false,
  },
  recommendations: {
    method: "GET",
    path: "/recommendations/{user_id}",
    mayEndWithSlash: false,
    operationId: "recommendations_retrieve",
    summary: "Recommend to a user, a page at a time",
    tag: "recommendations",
    params: z.object({ user_id: z.string() }),
    query: recommendationsQuery,
    answer: recommendationsResponse,
    refusals: REFUSALS,
    needsKey: true,
  },
  events: {
    method: "POST",
    path: "/v1/events",
    mayEndWithSlash: false,
    operationId: "events_create",
    summary: "Send events",
    description:
      "One event, a list of at most 1,000, or lines of JSON (`application/x-ndjson`, at most 5 MiB). The answer comes after the events " +
      "are stored for good. An event with the `event_id` of an earlier event of the same user counts once. A wrong event is named by its " +
      "position and the others are taken, unless `atomic=true`.",
    tag: "events",
    params: z.object({}),
    query: eventsQuery,
    body: eventsRequest,
    answer: eventsResponse,
    alsoAnswers: { status: "207", meaning: "Some events were rejected, and the others are stored" },
    refusals: {
      "401": REFUSALS["401"],
      "403": "The key lacks the scope `events`",
      "413": "The body is longer than 5 MiB, or its list than 1,000 events",
      "422":
        "The wrong fields of the event, of all events with `atomic=true`, or of the body; nothing is stored",
      "429": REFUSALS["429"],
      "503": "Not all events could be stored: send them again, those with an `event_id` count once",
    },
    needsKey: true,
  },
  recommend: {
    method: "POST",
    path: "/v1/recommend",
    mayEndWithSlash: false,
    operationId: "recommend",
    summary: "Recommend to a user, for a session, or to anybody",
    description:
      "Everything is optional. The profile is the user's history with what the request says: `items` and `session`, where an item of " +
      "weight 0 or less, or a `dislike`, is left out. With `similar_to` the list is shared with items that are similar to some. Each item says by its `strategy` why it is in its place: `personal`, `profile`, " +
      "`similar`, `popular_now`, `popular` or `newest`. An unknown user does not get a 404, and the list is empty only for a `reason`.",
    ...V1_POST,
    body: recommendRequest,
    answer: recommendResponse,
  },
  similar: {
    method: "POST",
    path: "/v1/similar",
    mayEndWithSlash: false,
    operationId: "similar",
    summary: "Find items that are similar to some items",
    description:
      "Similar items come first, the most popular ones after them. Ids that the model does not know are no error. `title` instead of " +
      "`item_ids` names all items with exactly this title in the newest table of items; `warnings` says if there are none.",
    ...V1_POST,
    body: similarRequest,
    answer: recommendResponse,
  },
  batch: {
    method: "POST",
    path: "/v1/batch",
    mayEndWithSlash: false,
    operationId: "batch",
    summary: "Ask several times in one call",
    description:
      "Each of at most 100 requests is one of `/v1/recommend`, or with `item_ids` or `title` one of `/v1/similar`. The answers are in their order. " +
      "If one request is wrong, none is answered.",
    ...V1_POST,
    body: batchRequest,
    answer: batchResponse,
  },
  popular: {
    method: "GET",
    path: "/v1/popular",
    mayEndWithSlash: false,
    operationId: "popular",
    summary: "List the most popular items",
    tag: "recommendations",
    params: z.object({}),
    query: popularQuery,
    answer: recommendResponse,
    refusals: V1_REFUSALS,
    needsKey: true,
  },
  trending: {
    method: "GET",
    path: "/v1/trending",
    mayEndWithSlash: false,
    operationId: "trending",
    summary: "List the items that gain most events",
    description:
      "Items with more events in the window than in as much time before it, by how far the growth is beyond chance: the difference " +
      "divided by the root of the sum, each event times the weight of its type. The most popular items follow.",
    tag: "recommendations",
    params: z.object({}),
    query: trendingQuery,
    answer: recommendResponse,
    refusals: V1_REFUSALS,
    needsKey: true,
  },
  userTokens: {
    method: "POST",
    path: "/v1/user_tokens",
    mayEndWithSlash: false,
    operationId: "user_tokens_create",
    summary: "Make a token for the page of one user",
    description:
      "For servers. The page sends it as `X-User-Token` beside a browser key, and may then send events of this user and ask for " +
      "recommendations to this user. The token ends with its time, and with the key that made it. Its scopes are those of that key.",
    tag: "recommendations",
    params: z.object({}),
    body: userTokenRequest,
    answer: userTokenResponse,
    refusals: {
      "401": REFUSALS["401"],
      "403": "The key is a browser key, or has neither the scope `predict` nor `events`",
      "422": REFUSALS["422"],
      "429": REFUSALS["429"],
    },
    needsKey: true,
  },
  ...ITEM_ROUTES,
} as const satisfies Readonly<Record<string, ServingRoute>>;

const USER_REFUSALS = {
  "401": REFUSALS["401"],
  "403": "The key lacks the scope `write`, or is none of a project",
  "429": "This account has made too many calls",
};

/** Routes beside those of serving that the management API answers, since they change the database. */
export const USER_ROUTES: readonly ServingRoute[] = [
  {
    method: "POST",
    path: "/v1/users/merge",
    mayEndWithSlash: true,
    operationId: "users_merge",
    summary: "Say that two users are one",
    description:
      "For a visitor who logged in. Recent items of `from` count for `to` at once; training data that are made of events from then on " +
      "take all events of `from` for those of `to`. A repeated call copies what came since. Merges may follow one another.",
    tag: "users",
    params: z.object({}),
    body: userMergeRequest,
    answer: userMergeResponse,
    refusals: {
      ...USER_REFUSALS,
      "400": "An id is wrong, or both are the same",
      "409": "`from` is merged into somebody else already, or this would be a circle",
    },
    needsKey: true,
  },
  {
    method: "DELETE",
    path: "/v1/users/{user_id}",
    mayEndWithSlash: true,
    operationId: "users_destroy",
    summary: "Erase a user, and all who were merged into this user, from the project of the key",
    tag: "users",
    params: z.object({ user_id: z.string() }),
    answer: deletionResponse,
    answerStatus: "202",
    refusals: USER_REFUSALS,
    needsKey: true,
  },
];

export type ServingRouteName = keyof typeof SERVING_ROUTES;

/** The methods of a route without OPTIONS. A route with GET answers HEAD, too. */
export function methodsOf({ method }: Pick<ServingRoute, "method">): readonly string[] {
  return method === "GET" ? ["GET", "HEAD"] : [method];
}
