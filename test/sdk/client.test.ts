import { describe, expect, it } from "vitest";
import { type ClientOptions, createClient } from "#sdk/client.ts";
import { EdgewiseError } from "#sdk/edgewise-error.ts";

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A client whose calls get `answers` in turn; an answer that is an error is a network that fails. */
function clientOf(answers: readonly (Response | Error)[], options: Partial<ClientOptions> = {}) {
  const sent: Sent[] = [];
  const pauses: number[] = [];
  const left = [...answers];
  const client = createClient({
    url: "https://recommend.test/",
    apiKey: "rctm_key",
    random: () => 0.5,
    wait: async (ms) => {
      pauses.push(ms);
    },
    newId: () => "new-id",
    fetch: async (url, init) => {
      const { method = "", headers, body } = init ?? {};
      sent.push({
        url: String(url),
        method,
        headers: headers as Record<string, string>,
        body: body === undefined ? undefined : JSON.parse(String(body)),
      });
      const answer = left.shift();
      if (answer instanceof Error) throw answer;
      if (answer === undefined) throw new Error("There is one call too many");
      return answer;
    },
    ...options,
  });
  return { client, sent, pauses };
}

const answer = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

const caught = async (promise: Promise<unknown>): Promise<EdgewiseError> => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EdgewiseError)) throw new Error(`No EdgewiseError: ${String(error)}`);
  return error;
};

describe("a client", () => {
  it("sends the key and the request to its address", async () => {
    const { client, sent } = clientOf([answer({ items: [] })]);
    expect(await client.recommend({ user_id: "ann", limit: 3 })).toEqual({ items: [] });
    expect(sent).toEqual([
      {
        url: "https://recommend.test/v1/recommend",
        method: "POST",
        headers: { "X-API-Key": "rctm_key", "Content-Type": "application/json" },
        body: { user_id: "ann", limit: 3 },
      },
    ]);
  });

  it("asks for the user token before each call", async () => {
    let count = 0;
    const userToken = async () => `token-${++count}`;
    const { client, sent } = clientOf([answer({}), answer({})], { userToken });
    await client.similar({ item_ids: ["1"] });
    await client.popular();
    expect(sent.map(({ headers }) => headers["X-User-Token"])).toEqual(["token-1", "token-2"]);
  });

  it("writes queries and ids so that the address keeps them", async () => {
    const { client, sent } = clientOf([answer({}), answer({})]);
    await client.trending({ window: "1h", filter: 'item.genre == "a&b"', include_metadata: true });
    await client.getItem("a/b?c ü");
    expect(new URL(sent[0]?.url ?? "").searchParams.get("filter")).toBe('item.genre == "a&b"');
    expect(sent[1]?.url).toBe("https://recommend.test/v1/items/a%2Fb%3Fc%20%C3%BC");
  });

  it("names events, so that another attempt counts them once", async () => {
    const { client, sent } = clientOf([new Error("reset"), answer({ accepted: 2 })]);
    const event = { type: "view", user_id: "ann", item_id: "1" };
    await client.sendEvents([event, { ...event, event_id: "mine" }]);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.body).toEqual(sent[0]?.body);
    expect(sent[0]?.body).toEqual([
      { ...event, event_id: "new-id" },
      { ...event, event_id: "mine" },
    ]);
  });
});

describe("a call that fails", () => {
  it("is repeated after pauses at random below a bound that doubles", async () => {
    const { client, pauses } = clientOf([answer({}, 503), new Error("reset"), answer({ items: [] })]);
    await client.recommend({});
    expect(pauses).toEqual([50, 100]);
  });

  it("is given up after the last attempt, with the network's reason", async () => {
    const { client, sent } = clientOf([new Error("a"), new Error("b"), new Error("c")]);
    const error = await caught(client.recommend({}));
    expect(sent).toHaveLength(3);
    expect(error).toMatchObject({ status: null, message: "POST /v1/recommend failed: c" });
  });

  it("waits as long as the answer asks for", async () => {
    const { client, pauses } = clientOf([answer({}, 429, { "Retry-After": "2" }), answer({})]);
    await client.recommend({});
    expect(pauses).toEqual([2000]);
  });

  it("is not repeated if the answer asks for a long pause", async () => {
    const { client, sent } = clientOf([answer({ detail: "Too many" }, 429, { "Retry-After": "60" })]);
    expect(await caught(client.recommend({}))).toMatchObject({ status: 429 });
    expect(sent).toHaveLength(1);
  });

  it("is not repeated if it is refused, and the error names the wrong field", async () => {
    const detail = [{ type: "missing", loc: ["body", "item_ids"], msg: "Field required", input: null }];
    const { client, sent } = clientOf([answer({ detail }, 422, { "X-Request-ID": "r1" })]);
    const error = await caught(client.similar({ item_ids: [] }));
    expect(sent).toHaveLength(1);
    expect(error).toMatchObject({ status: 422, requestId: "r1", body: { detail } });
    expect(error.message).toBe("POST /v1/similar was answered with 422: body.item_ids: Field required");
  });

  it("does not end in an answer that is no JSON", async () => {
    const { client } = clientOf([new Response("<html>")]);
    expect((await caught(client.popular())).message).toContain("no JSON");
  });

  it("has a time limit for each attempt", async () => {
    const hang: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    const { client } = clientOf([], { fetch: hang, timeoutMs: 5, retries: 0 });
    expect((await caught(client.popular())).message).toContain("no answer within 5 ms");
  });

  it("ends with the caller's signal, without another attempt", async () => {
    const caller = new AbortController();
    const { client, sent } = clientOf([new Error("reset"), answer({})], {
      wait: async (_ms, signal) => {
        caller.abort(new Error("The visitor left"));
        signal?.throwIfAborted();
      },
    });
    await expect(client.recommend({}, { signal: caller.signal })).rejects.toThrow("The visitor left");
    expect(sent).toHaveLength(1);
  });

  it("writes, changes and reads properties of users at their address", async () => {
    const user = { user_id: "a/b", properties: { age: 3 }, updated_at: 5 };
    const { client, sent } = clientOf([answer(user), answer(user), answer(user)]);
    expect(await client.putUser("a/b", { properties: { age: 3 } })).toEqual(user);
    await client.patchUser("a/b", { properties: { city: null } });
    await client.getUser("a/b");
    expect(sent.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["PUT", "https://recommend.test/v1/users/a%2Fb", { properties: { age: 3 } }],
      ["PATCH", "https://recommend.test/v1/users/a%2Fb", { properties: { city: null } }],
      ["GET", "https://recommend.test/v1/users/a%2Fb", undefined],
    ]);
  });
});
