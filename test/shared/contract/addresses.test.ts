import { expect, it } from "vitest";
import { planeOf } from "#contract/addresses.ts";

it.each([
  ["/inference/health", "serving"],
  ["/inference", "serving"],
  ["/recommendations/ann", "serving"],
  ["/recommendation", "files"],
  ["/recommendations-of-ann", "files"],
  ["/api/v1/ping/", "api"],
  ["/health", "api"],
  ["/healthy", "files"],
  ["/ws/job/1/status/", "api"],
  ["//inference", "files"],
  ["/Inference/health", "files"],
  ["/projects/1/data", "files"],
  ["/v1/recommend", "serving"],
  ["/v1/users/merge", "serving"],
  ["/v1/users", "serving"],
  ["/v1/users_of", "serving"],
  ["/", "files"],
  ["", "files"],
])("%s is answered by %s", (path, plane) => expect(planeOf(path, "GET")).toBe(plane));

it.each([
  ["PUT", "serving"],
  ["PATCH", "serving"],
  ["HEAD", "serving"],
  ["DELETE", "api"],
  ["POST", "api"],
  ["OPTIONS", "api"],
])("%s of a user is answered by %s", (method, plane) => {
  expect(planeOf("/v1/users/ann", method)).toBe(plane);
  expect(planeOf("/v1/items/ann", method)).toBe("serving");
});
