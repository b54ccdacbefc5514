import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { verifyWebhook, type WebhookProblem } from "#sdk/verify-webhook.ts";
import { callAddress } from "#services/webhooks/call-address.ts";
import { shownSecret, standardHeaders } from "#services/webhooks/signing.ts";

const NOW_S = 1_800_000_000;
const now = () => NOW_S * 1_000;
const [FIRST, SECOND] = ["ab".repeat(32), "cd".repeat(32)];
const body = JSON.stringify({
  type: "deployed",
  timestamp: "2027-01-15T08:00:00.000Z",
  data: { slot: 3, reason: "né" },
});

/** A call as Edgewise sends it. */
async function callOf(secrets: readonly string[] = [FIRST], timestamp = NOW_S, sent = body) {
  return { headers: await standardHeaders({ id: "call-7", timestamp, body: sent }, secrets), body: sent };
}

async function problemOf(checking: Promise<unknown>): Promise<WebhookProblem | null> {
  return checking.then(
    () => null,
    (error) => error.problem,
  );
}

describe("verifyWebhook", () => {
  it("gives the event of a genuine call, from a Request and from parts of one", async () => {
    const { headers } = await callOf();
    const event = { id: "call-7", type: "deployed", data: { slot: 3, reason: "né" } };
    const request = new Request("https://a.example/", { method: "POST", headers, body });
    const upper = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    const secret = shownSecret(FIRST);
    for (const call of [
      request,
      { headers, body },
      { headers: new Headers(headers), body: new TextEncoder().encode(body) },
      { headers: upper, body },
    ])
      expect(await verifyWebhook(call, secret, { now })).toMatchObject(event);
  });

  it("takes either of two secrets, on both sides", async () => {
    const [old, fresh] = [shownSecret(FIRST), shownSecret(SECOND)];
    const both = await callOf([SECOND, FIRST]);
    for (const secret of [old, fresh]) await verifyWebhook(both, secret, { now });
    await verifyWebhook(await callOf([SECOND]), [old, fresh], { now });
    expect(await problemOf(verifyWebhook(await callOf([SECOND]), old, { now }))).toBe("not_signed");
  });

  it("refuses what was changed on the way", async () => {
    const secret = shownSecret(FIRST);
    const { headers } = await callOf();
    const changed = [
      { headers, body: body.replace("3", "4") },
      { headers: { ...headers, "webhook-id": "call-8" }, body },
      { headers: { ...headers, "webhook-timestamp": String(NOW_S + 1) }, body },
      { headers: { ...headers, "webhook-signature": "v1,AAAA v1, v2,x v1,%%% v1" }, body },
      {
        headers: { ...headers, "webhook-signature": headers["webhook-signature"]?.replace("v1,", "v1a,") },
        body,
      },
    ];
    for (const call of changed)
      expect(await problemOf(verifyWebhook(call, secret, { now }))).toBe("not_signed");
    const damaged = await callOf([FIRST], NOW_S, "[1");
    expect(await problemOf(verifyWebhook(damaged, secret, { now }))).toBe("bad_body");
  });

  it.each([-301, 301, 1e9])("refuses a call that is %d seconds away from the clock", async (seconds) => {
    const call = await callOf([FIRST], NOW_S + seconds);
    expect(await problemOf(verifyWebhook(call, shownSecret(FIRST), { now }))).toBe("wrong_time");
  });

  it("takes a call within the tolerance, which may be changed", async () => {
    const call = await callOf([FIRST], NOW_S - 290);
    await verifyWebhook(call, shownSecret(FIRST), { now });
    const strict = { now, toleranceSeconds: 10 };
    expect(await problemOf(verifyWebhook(call, shownSecret(FIRST), strict))).toBe("wrong_time");
    for (const time of ["", "x", "1e9", "NaN"]) {
      const odd = { ...call, headers: { ...call.headers, "webhook-timestamp": time } };
      const problem = time === "" ? "missing_header" : "wrong_time";
      expect(await problemOf(verifyWebhook(odd, shownSecret(FIRST), { now }))).toBe(problem);
    }
  });

  it("refuses a secret that is none, and a call without headers", async () => {
    for (const secret of ["", "whsec_", "whsec_AAAA", "whsec_%", FIRST, []])
      expect(await problemOf(verifyWebhook(await callOf(), secret, { now }))).toBe("bad_secret");
    expect(await problemOf(verifyWebhook({ headers: {}, body }, shownSecret(FIRST), { now }))).toBe(
      "missing_header",
    );
  });
});

describe("the receiver of the guide", () => {
  it("takes a delivery over the network, and no other call", async () => {
    const guide = readFileSync("docs/guides/webhooks.md", "utf8");
    const code = /```ts\n(import \{ verifyWebhook[\s\S]*?)```/.exec(guide)?.[1] ?? "";
    const handled: string[] = [];
    const script = stripTypeScriptTypes(code)
      .replace(/^import .*$/m, "")
      .replace("export ", "");
    const receive = new Function(
      "verifyWebhook",
      "WebhookError",
      "SECRETS",
      "handle",
      `${script}; return receive;`,
    )(
      verifyWebhook,
      (await import("#sdk/verify-webhook.ts")).WebhookError,
      [shownSecret(FIRST)],
      async ({ id, type }: { id: string; type: string }) => void handled.push(`${id} ${type}`),
    ) as (request: Request) => Promise<Response>;
    const server = createServer(async (incoming, outgoing) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const headers = incoming.headers as Record<string, string>;
      const request = new Request("http://receiver/", {
        method: "POST",
        headers,
        body: Buffer.concat(chunks),
      });
      outgoing.writeHead((await receive(request)).status).end();
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const deps = { fetch, resolve: async () => [], webhookRules: { allowsPrivate: true } };
    const time = Date.now();
    const deliver = async (secrets: readonly string[], timestamp: number) => {
      const { headers } = await callOf(secrets, timestamp);
      return (await callAddress(deps, { url, headers, body }, time)).status;
    };
    try {
      const seconds = Math.floor(time / 1_000);
      expect(await deliver([FIRST], seconds)).toBe(200);
      expect(await deliver([SECOND], seconds)).toBe(401);
      expect(await deliver([FIRST], seconds - 3_600)).toBe(401);
      expect(handled).toEqual(["call-7 deployed"]);
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  });
});
