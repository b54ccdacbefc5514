import { expect, it } from "vitest";
import { BadEnvironment, orNotConfigured } from "#platform/bad-environment.ts";

const lines: unknown[] = [];
const logger = { error: (...line: unknown[]) => void lines.push(line) };

it("answers without a valid environment, and names the variable in the log alone", async () => {
  const response = await orNotConfigured(logger, () => {
    throw new BadEnvironment("EDGEWISE_ANY: must be a number");
  });
  expect(response.status).toBe(500);
  const body = await response.text();
  expect(JSON.parse(body)).toMatchObject({ code: "BAD_ENVIRONMENT" });
  expect(body).not.toContain("EDGEWISE_ANY");
  expect(lines).toEqual([["bad_environment", { message: "EDGEWISE_ANY: must be a number" }]]);
});

it("passes on an answer, and any other error", async () => {
  const fine = new Response("fine");
  expect(await orNotConfigured(logger, () => fine)).toBe(fine);
  await expect(orNotConfigured(logger, () => Promise.reject(new RangeError("defect")))).rejects.toThrow(
    RangeError,
  );
});
