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
  ["/", "files"],
  ["", "files"],
])("%s is answered by %s", (path, plane) => expect(planeOf(path)).toBe(plane));
