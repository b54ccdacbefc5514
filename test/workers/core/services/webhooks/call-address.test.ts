import { describe, expect, it } from "vitest";
import { callAddress, type OutboundDeps } from "#services/webhooks/call-address.ts";

const PUBLIC = "93.184.215.14";
const CALL = { url: "https://hooks.example.com/a", headers: { "webhook-id": "call-1" }, body: "{}" };

function world(overrides: Partial<OutboundDeps> = {}) {
  const sent: { url: string; init: RequestInit }[] = [];
  const deps: OutboundDeps = {
    fetch: async (url, init) => {
      sent.push({ url, init });
      return new Response("thanks");
    },
    resolve: async () => [PUBLIC],
    webhookRules: { allowsPrivate: false },
    ...overrides,
  };
  return { sent, call: (url = CALL.url) => callAddress(deps, { ...CALL, url }, 0) };
}

describe("a call to an address of a tenant", () => {
  it("is posted without following redirects, and any 2xx is a success", async () => {
    const { sent, call } = world();
    expect(await call()).toEqual({ status: 200, error: null, retryAfterMs: null });
    const init = sent[0]?.init ?? {};
    expect([init.method, init.redirect, init.body]).toEqual(["POST", "manual", "{}"]);
    expect(new Headers(init.headers).get("webhook-id")).toBe("call-1");
  });

  it.each([
    "127.0.0.1",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "::1",
    "::",
    "fd00::1",
    "fe80::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "no address",
    "",
  ])("does not go out where the name leads to %j", async (address) => {
    const { sent, call } = world({ resolve: async () => [PUBLIC, address] });
    expect((await call()).error).toBe("The name leads to an address that is not public.");
    expect(sent).toEqual([]);
  });

  it("does not go out to a name that changes from a public address to a private one", async () => {
    const answers = [[PUBLIC], ["10.0.0.1"]];
    const { sent, call } = world({ resolve: async () => answers.shift() ?? [] });
    const first = await call();
    const second = await call();
    const third = await call();
    expect([first.error, second.error, third.error, sent.length]).toEqual([
      null,
      "The name leads to an address that is not public.",
      "The name of the address is not known.",
      1,
    ]);
  });

  it("does not go out when the name cannot be looked up", async () => {
    const { sent, call } = world({ resolve: () => Promise.reject(new Error("no answer")) });
    expect((await call()).error).toBe("The name of the address could not be looked up.");
    expect(sent).toEqual([]);
  });

  it("looks up no numbers, and no names where private addresses are allowed", async () => {
    const resolve = () => Promise.reject(new Error("asked"));
    expect((await world({ resolve }).call("https://8.8.8.8/")).error).toBeNull();
    const local = world({ resolve, webhookRules: { allowsPrivate: true } });
    expect((await local.call("http://localhost:9/")).error).toBeNull();
  });

  it("fails at a redirect and at an error, and keeps the pause that was asked for", async () => {
    const answering = (response: Response) => world({ fetch: async () => response }).call();
    const moved = await answering(
      new Response(null, { status: 302, headers: { location: "http://10.0.0.1/" } }),
    );
    expect(moved).toEqual({ status: 302, error: "The address answered 302.", retryAfterMs: null });
    const busy = new Response("wait", { status: 503, headers: { "retry-after": "7" } });
    expect(await answering(busy)).toMatchObject({ status: 503, retryAfterMs: 7000 });
  });

  it("reads nothing of an endless answer", async () => {
    let chunks = 0;
    let isCancelled = false;
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          chunks += 1;
          controller.enqueue(new Uint8Array(1024));
        },
        cancel() {
          isCancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    expect((await world({ fetch: async () => new Response(endless) }).call()).error).toBeNull();
    expect([chunks, isCancelled]).toEqual([0, true]);
  });

  it("says nothing of the network in its errors", async () => {
    const refused = world({
      fetch: () => Promise.reject(new TypeError("connect ECONNREFUSED 10.1.2.3:443")),
    });
    expect((await refused.call()).error).toBe("The address could not be reached.");
    const late = world({ fetch: () => Promise.reject(new DOMException("late", "TimeoutError")) });
    expect((await late.call()).error).toBe("The address did not answer within 10 seconds.");
  });
});
