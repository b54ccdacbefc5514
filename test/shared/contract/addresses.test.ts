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
  ["/v1/users/merge", "api"],
  ["/v1/users", "api"],
  ["/v1/users_of", "serving"],
  ["/", "files"],
  ["", "files"],
])("%s is answered by %s", (path, plane) => expect(planeOf(path)).toBe(plane));
