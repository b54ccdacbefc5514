import { expect, it } from "vitest";
import { callIdsOf } from "#platform/call-ids.ts";

const idsOf = (request: string | null, correlation: string | null) =>
  callIdsOf({ request, correlation }, () => "new");

it("keeps usable ids, and names the request where nobody names the work", () => {
  expect(idsOf("r-1", "c-1")).toEqual({ requestId: "r-1", correlationId: "c-1" });
  expect(idsOf("r-1", null)).toEqual({ requestId: "r-1", correlationId: "r-1" });
  expect(idsOf(null, "c-1")).toEqual({ requestId: "new", correlationId: "c-1" });
  expect(idsOf(null, null)).toEqual({ requestId: "new", correlationId: "new" });
});

it("replaces an odd request id, and cleans an odd correlation id", () => {
  const odd = 'a b\r\n"}{é\u0000=';
  expect(idsOf(odd, odd)).toEqual({ requestId: "new", correlationId: "ab=" });
  expect(idsOf("r".repeat(129), "c".repeat(500))).toEqual({
    requestId: "new",
    correlationId: "c".repeat(128),
  });
  expect(idsOf(null, "é \n")).toEqual({ requestId: "new", correlationId: "new" });
});
