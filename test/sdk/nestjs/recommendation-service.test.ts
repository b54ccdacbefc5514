import { describe, expect, it } from "vitest";
import { withCorrelationId } from "#nestjs/correlation-ids.ts";
import {
  type RecommendationOptions,
  RecommendationService,
  RecommendationsUnavailable,
} from "#nestjs/recommendation-service.ts";
import { EdgewiseError } from "#sdk/edgewise-error.ts";

const page = (userId: string, offset = 0) => ({
  user_id: userId,
  recommendations: [],
  pagination: { total: 100, limit: 20, offset, has_more: true },
  strategy: "hybrid",
});
const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const unknown = () =>
  json(
    { detail: { message: "User nobody not found", error_code: "USER_NOT_FOUND", user_id: "nobody" } },
    404,
  );

/** A service whose calls get answers in turn; an error is a network that fails. */
function serviceOf(
  answers: readonly (Response | Error | Promise<Response>)[],
  options: Partial<RecommendationOptions> = {},
) {
  const sent: { url: string; method: string; headers: Readonly<Record<string, string>> }[] = [];
  const pauses: number[] = [];
  const clock = { now: 1_000 };
  const left = [...answers];
  const service = new RecommendationService({
    ...{ url: "https://recommend.test/kpop/", apiKey: "rctm_key" },
    now: () => clock.now,
    random: () => 0.5,
    wait: async (ms) => void pauses.push(ms),
    fetch: async (url, init) => {
      const headers = init?.headers as Record<string, string>;
      sent.push({ url: String(url), method: init?.method ?? "", headers });
      const answer = left.shift();
      if (answer === undefined) throw new Error("There is one call too many");
      if (answer instanceof Error) throw answer;
      return answer;
    },
    ...options,
  });
  return { service, sent, pauses, clock };
}

describe("a page of recommendations", () => {
  it("is asked for with key and query, and the id is escaped", async () => {
    const { service, sent } = serviceOf([json(page("a/b"))]);
    expect(await service.recommendations("a/b", { limit: 5, offset: 10 })).toEqual(page("a/b"));
    expect(sent).toEqual([
      {
        url: "https://recommend.test/kpop/recommendations/a%2Fb?limit=5&offset=10",
        method: "GET",
        headers: { "X-API-Key": "rctm_key" },
      },
    ]);
  });

  it("is used again while it is fresh, for the same person, limit and offset alone", async () => {
    const { service, sent, clock } = serviceOf([1, 2, 3, 4].map((n) => json(page(`ann-${n}`))));
    const idOf = async (userId: string, query = {}) => (await service.recommendations(userId, query)).user_id;
    expect([await idOf("ann"), await idOf("ann")]).toEqual(["ann-1", "ann-1"]);
    expect([await idOf("ann", { offset: 20 }), await idOf("bob")]).toEqual(["ann-2", "ann-3"]);
    clock.now += 299_999;
    expect(await idOf("ann")).toBe("ann-1");
    clock.now += 1;
    expect([await idOf("ann"), sent.length]).toEqual(["ann-4", 4]);
  });

  it("is asked for again after the person did something", async () => {
    const { service, sent } = serviceOf(["a", "b", "c"].map((id) => json(page(id))));
    await service.recommendations("ann");
    await service.recommendations('ann",20');
    service.forget("ann");
    expect((await service.recommendations('ann",20')).user_id).toBe("b");
    expect([(await service.recommendations("ann")).user_id, sent.length]).toEqual(["c", 3]);
  });

  it("is one call for equal questions at the same time", async () => {
    const { service, sent } = serviceOf([json(page("ann"))]);
    const both = await Promise.all([service.recommendations("ann"), service.recommendations("ann")]);
    expect([both[0], sent.length]).toEqual([both[1], 1]);
  });

  it("is the one from before while Edgewise does not answer, up to its limit", async () => {
    const failures = Array.from({ length: 9 }, () => new Error("the network is gone"));
    const { service, clock } = serviceOf([json(page("ann")), ...failures], { staleMs: 1_000_000 });
    await service.recommendations("ann");
    clock.now += 999_999;
    expect((await service.recommendations("ann")).user_id).toBe("ann");
    expect(service.metrics()).toContain('edgewise_client_pages_total{source="stale"} 1');
    clock.now += 1;
    await expect(service.recommendations("ann")).rejects.toThrow(RecommendationsUnavailable);
    await expect(service.recommendations("bob")).rejects.toMatchObject({ statusCode: 503 });
  });

  it("is empty for an unknown person, and asked for again next time", async () => {
    const { service } = serviceOf([unknown(), json(page("nobody"))]);
    expect(await service.recommendations("nobody", { limit: 5 })).toEqual({
      ...{ user_id: "nobody", recommendations: [], strategy: null },
      pagination: { total: 0, limit: 5, offset: 0, has_more: false },
    });
    expect((await service.recommendations("nobody", { limit: 5 })).strategy).toBe("hybrid");
  });

  it("is a mistake where the address or the key is wrong, also with a page from before", async () => {
    const { service, clock, sent } = serviceOf([
      json(page("ann")),
      json({ detail: "Not Found" }, 404),
      json({ detail: "Invalid API key" }, 401),
    ]);
    await service.recommendations("ann");
    clock.now += 400_000;
    const error = await service.recommendations("ann").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EdgewiseError);
    expect(error).toMatchObject({ status: 404 });
    await expect(service.recommendations("ann")).rejects.toMatchObject({ status: 401 });
    expect(sent).toHaveLength(3);
  });
});

describe("an odd id", () => {
  it("is sent as far as an address can hold it", async () => {
    const { service, sent } = serviceOf([unknown(), unknown(), unknown()]);
    for (const userId of ["\ud800", "a\u0000b", "?&#"]) {
      expect((await service.recommendations(userId)).recommendations).toEqual([]);
    }
    expect(sent.map(({ url }) => url.split("/").at(-1)?.split("?")[0])).toEqual([
      "%EF%BF%BD",
      "a%00b",
      "%3F%26%23",
    ]);
  });

  it("that leads to another address is refused, and its answer is not kept", async () => {
    const root = { name: "Recommendation Service API" };
    const { service, sent } = serviceOf([json(root), json(null)]);
    await expect(service.recommendations("..")).rejects.toThrow("no page");
    await expect(service.recommendations("..")).rejects.toThrow("no page");
    expect(sent).toHaveLength(2);
  });
});

describe("attempts", () => {
  it("are repeated after random pauses that grow, or as Retry-After says", async () => {
    const { service, pauses } = serviceOf([
      json({ detail: "later" }, 503),
      json({ detail: "later" }, 429, { "Retry-After": "2" }),
      json(page("ann")),
    ]);
    expect((await service.recommendations("ann")).user_id).toBe("ann");
    expect(pauses).toEqual([50, 2_000]);
    expect(service.metrics()).toContain("edgewise_client_retries_total 2");
  });

  it("end after their time", async () => {
    const service = new RecommendationService({
      ...{ url: "https://recommend.test/kpop", timeoutMs: 5, retries: 0 },
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        }),
    });
    const error = await service.recommendations("ann").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RecommendationsUnavailable);
    expect(String((error as Error).cause)).toContain("no answer within 5 ms");
  });

  it("end with the signal of the caller, and leave the calls of others alone", async () => {
    const { service } = serviceOf([json(page("ann"))]);
    const signal = AbortSignal.abort(new Error("the visitor left"));
    await expect(service.recommendations("ann", { signal })).rejects.toThrow("the visitor left");
  });
});

describe("correlation ids", () => {
  it("are passed on as far as a header may hold them", async () => {
    const { service, sent } = serviceOf([json({}), json({}), json({})]);
    await withCorrelationId("order-7\r\nX-Evil: 1", () => service.health());
    await withCorrelationId("é", () => service.modelStatus());
    await service.reloadModel();
    expect(sent.map(({ headers }) => headers["x-correlation-id"])).toEqual([
      "order-7X-Evil:1",
      undefined,
      undefined,
    ]);
    expect(sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      "GET /kpop/health",
      "GET /kpop/admin/model-status",
      "POST /kpop/admin/reload-model",
    ]);
  });
});

describe("the indicator of health", () => {
  it("is down for what is unhealthy or does not answer", async () => {
    const { service } = serviceOf(
      [json({ status: "degraded" }), json({ status: "unhealthy" }), new Error("gone")],
      { retries: 0 },
    );
    expect(await service.indicate()).toEqual({ edgewise: { status: "up" } });
    expect(await service.indicate("posts")).toEqual({ posts: { status: "down", message: "unhealthy" } });
    expect(await service.indicate()).toMatchObject({ edgewise: { status: "down" } });
  });
});

describe("options", () => {
  it("are refused where they cannot be used", () => {
    const make = (options: Partial<RecommendationOptions>) => () => serviceOf([], options);
    expect(make({ url: "recommend.test" })).toThrow('url is "recommend.test"');
    expect(make({ url: "file:///etc" })).toThrow(TypeError);
    expect(make({ cacheMs: -1 })).toThrow("cacheMs is -1");
    expect(make({ retries: Number.NaN })).toThrow("retries is NaN");
  });
});
