/** Exchanges in the form of the recordings, over the people and items of `addPeople` with the prefix `own`, and a model. */
import type { Exchange } from "./exchanges.ts";

const STAR = {
  FeedbackType: "star",
  UserId: "own-user-1",
  ItemId: "own-item-0",
  Timestamp: "2024-05-06 07:08",
};
const ROW = { ...STAR, Timestamp: "2024-05-06T07:08:00Z", Updated: "2024-05-06T07:08:00Z", Comment: "" };
const SCORED = { Id: "<id>", Score: "<number>" };

const get = (name: string, path: string, response_body: unknown, query: Exchange["query"] = {}): Exchange => {
  return { name, method: "GET", path: `/api${path}`, query, status: 200, response_body };
};
const send = (
  [method, path]: readonly [method: string, path: string],
  request_body: unknown,
  response_body: unknown,
  status = 200,
): Exchange => {
  return { name: `${method} ${path}`, method, path: `/api${path}`, request_body, status, response_body };
};
const affected = (count: number) => ({ RowAffected: count });

export const OWN_EXCHANGES: readonly Exchange[] = [
  { ...get("no key", "/users", "unauthorized"), status: 401, request_headers: { "X-API-Key": null } },
  send(["POST", "/feedback"], [{ ...STAR, Value: 2 }], affected(1)),
  send(["POST", "/feedback"], [{ ...STAR, Value: 3 }], affected(1)),
  get("values add up", "/feedback/star/own-user-1/own-item-0", { ...ROW, Value: 5 }),
  send(["PUT", "/feedback"], [{ ...STAR, Value: 1 }], affected(1)),
  get("the value is replaced", "/feedback/own-user-1/own-item-0", [{ ...ROW, Value: 1 }]),
  get(
    "the first page",
    "/users",
    { Cursor: "<cursor>", Users: [{ UserId: "own-user-1", Labels: { plan: "free" }, Comment: "" }] },
    { n: "1" },
  ),
  get(
    "the next page",
    "/users",
    { Cursor: "<cursor>", Users: [{ UserId: "own-user-2", Labels: { plan: "free" }, Comment: "" }] },
    { n: "1", Cursor: "<cursor>" },
  ),
  get("for a user", "/recommend/own-user-2/", ["<id>", "<id>", "<id>"], { n: "3" }),
  get("neighbours of an item", "/item/own-item-6/neighbors/odd", [SCORED, SCORED], { n: "2" }),
  get("neighbours of a user", "/user/own-user-3/neighbors", [{ Id: "own-user-2", Score: "<number>" }], {
    n: "1",
  }),
  get("latest", "/latest/even", [{ Id: "own-item-18", Score: "<number>" }], { n: "1" }),
  {
    ...send(["POST", "/session/recommend/odd"], [{ ...STAR, ItemId: "own-item-6" }], [SCORED, SCORED]),
    query: { n: "2" },
  },
  send(["DELETE", "/feedback/star/own-user-1/own-item-0"], undefined, affected(1)),
  send(["DELETE", "/feedback/star/own-user-1/own-item-0"], undefined, affected(0)),
  send(["DELETE", "/item/own-item-19"], undefined, affected(1)),
  send(["GET", "/item/own-item-19"], undefined, "own-item-19: item not found", 404),
  get("no feedback is left", "/item/own-item-19/feedback", []),
  send(["DELETE", "/user/own-user-5"], undefined, affected(1)),
  send(["GET", "/user/own-user-5"], undefined, "own-user-5: user not found", 404),
];
