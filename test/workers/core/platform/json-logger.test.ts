import { expect, it } from "vitest";
import { describeError, jsonLogger } from "#platform/json-logger.ts";

it("jsonLogger writes one object a line and masks what looks like a secret", () => {
  const lines: string[] = [];
  jsonLogger((_level, line) => lines.push(line)).warn("login", { user: 1, password: "p", access_token: "t" });
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    level: "warn",
    event: "login",
    user: 1,
    password: "***",
    access_token: "***",
  });
});

it("describeError tells the causes", () => {
  const error = new Error("outer", { cause: new Error("inner") });
  expect(describeError(error)).toMatchObject({ message: "outer", cause: { message: "inner" } });
});
