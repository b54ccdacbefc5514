import { expect, it } from "vitest";
import { correlationIds, currentCorrelationId } from "#nestjs/correlation-ids.ts";

/** What the work of a request sees, and what its answer has. */
async function served(headers: Record<string, string | string[]>) {
  const answered = new Map<string, string>();
  const response = { setHeader: (name: string, value: string) => void answered.set(name, value) };
  const seen = await new Promise<string | undefined>((resolve) => {
    correlationIds(() => "made")({ headers }, response, () => {
      void Promise.resolve().then(() => resolve(currentCorrelationId()));
    });
  });
  return [seen, answered.get("x-correlation-id")];
}

it("keeps the id of a request, cleaned and cut, or makes one", async () => {
  expect(await served({ "x-correlation-id": "order-7" })).toEqual(["order-7", "order-7"]);
  expect(await served({ "x-correlation-id": ["first", "second"] })).toEqual(["first", "first"]);
  expect(await served({ "x-correlation-id": `a b\n${"c".repeat(200)}` })).toEqual([
    `ab${"c".repeat(126)}`,
    `ab${"c".repeat(126)}`,
  ]);
  expect(await served({ "x-correlation-id": " \u0000é" })).toEqual(["made", "made"]);
  expect(await served({})).toEqual(["made", "made"]);
});

it("keeps the works of several requests apart", async () => {
  const both = await Promise.all(["a", "b"].map((id) => served({ "x-correlation-id": id })));
  expect(both).toEqual([
    ["a", "a"],
    ["b", "b"],
  ]);
  expect(currentCorrelationId()).toBeUndefined();
});
