/** The service of the module, asking the app of serving itself. */
import { expect, it } from "vitest";
import { withCorrelationId } from "#nestjs/correlation-ids.ts";
import { RecommendationService } from "#nestjs/recommendation-service.ts";
import { KEY } from "../serving-world.ts";
import { kpopWorld } from "./kpop-world.ts";

async function servedWorld(url = "https://edgewise.test/kpop", apiKey: string | null = KEY) {
  const world = await kpopWorld();
  const answered: (string | null)[] = [];
  const service = new RecommendationService({
    ...{ url, retries: 0 },
    ...(apiKey !== null && { apiKey }),
    fetch: async (input, init) => {
      const { pathname, search } = new URL(String(input));
      const answer = await world.app.request(pathname + search, init);
      answered.push(answer.headers.get("X-Correlation-ID"));
      return answer;
    },
  });
  return { ...world, service, answered };
}

it("gets pages, an empty one for an unknown person, and the state of serving", async () => {
  const { service } = await servedWorld();
  const { recommendations, strategy } = await service.recommendations("kim", { limit: 1 });
  expect([strategy, recommendations[0]?.post_id, recommendations[0]?.metadata.tags]).toEqual([
    "cold_start",
    "p2",
    ["live", "dance"],
  ]);
  expect((await service.recommendations("nobody")).recommendations).toEqual([]);
  expect((await service.health()).status).toBe("healthy");
  expect(await service.indicate()).toEqual({ edgewise: { status: "up" } });
  expect((await service.modelStatus()).is_loaded).toBe(true);
  expect((await service.reloadModel()).details.reloaded).toBe(false);
});

it("takes the key in the address", async () => {
  const { service } = await servedWorld(`https://edgewise.test/kpop/k/${KEY}`, null);
  expect((await service.recommendations("kim")).pagination.total).toBe(2);
});

it("passes the correlation id on, which is answered", async () => {
  const { service, answered } = await servedWorld();
  await withCorrelationId("order-7", () => service.recommendations("kim"));
  expect(answered).toEqual(["order-7"]);
});

it("names a refused limit and a refused key", async () => {
  const { service } = await servedWorld();
  await expect(service.recommendations("kim", { limit: 101 })).rejects.toThrow("query.limit");
  const other = await servedWorld("https://edgewise.test/kpop", KEY.replace("k", "x"));
  await expect(other.service.recommendations("kim")).rejects.toMatchObject({ status: 401 });
});
