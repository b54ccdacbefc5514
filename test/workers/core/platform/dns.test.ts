import { describe, expect, it } from "vitest";
import { createResolver } from "#platform/dns.ts";

const RESOLVER = "https://resolver.test/dns-query";

/** A resolver that knows these records by type. */
function resolverOf(answers: Record<string, object>) {
  const asked: string[] = [];
  const resolve = createResolver(RESOLVER, async (url) => {
    asked.push(url);
    return Response.json(answers[new URL(url).searchParams.get("type") ?? ""]);
  });
  return { asked, resolve };
}

const A = {
  Status: 0,
  Answer: [
    { type: 5, data: "other.test." },
    { type: 1, data: "93.184.215.14" },
  ],
};
const AAAA = { Status: 0, Answer: [{ type: 28, data: "2606:4700::1111" }] };

describe("the resolver", () => {
  it("finds both kinds of addresses, behind an alias, too", async () => {
    const { asked, resolve } = resolverOf({ A, AAAA });
    expect(await resolve("hooks.test")).toEqual(["93.184.215.14", "2606:4700::1111"]);
    expect(asked).toEqual([`${RESOLVER}?name=hooks.test&type=A`, `${RESOLVER}?name=hooks.test&type=AAAA`]);
  });

  it("finds none for an unknown name", async () => {
    const unknown = { Status: 3 };
    expect(await resolverOf({ A: unknown, AAAA: unknown }).resolve("nowhere.test")).toEqual([]);
  });

  it("fails where the resolver fails, for one of the kinds", async () => {
    await expect(resolverOf({ A, AAAA: { Status: 2 } }).resolve("hooks.test")).rejects.toThrow(/code 2/);
    const down = createResolver(RESOLVER, async () => new Response(null, { status: 502 }));
    await expect(down("hooks.test")).rejects.toThrow(/502/);
  });
});
