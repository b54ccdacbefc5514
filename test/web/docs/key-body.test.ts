import { expect, it } from "vitest";
import { keyBody } from "../../../web/docs/key-body.ts";

it("asks for a key that ends after a day, with a name of its own second", () => {
  expect(keyBody(7, new Date("2030-01-02T03:04:05.678Z"))).toEqual({
    project: 7,
    name: "API reference, 2030-01-02 03:04:05",
    scopes: ["predict", "events", "items"],
    expires_at: "2030-01-03T03:04:05.678Z",
  });
});
