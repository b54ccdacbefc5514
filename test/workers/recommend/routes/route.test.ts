import { describe, expect, it } from "vitest";
import { SERVING_ROUTES } from "#contract/serving-routes.ts";
import { createApp } from "#recommend/app.ts";
import { ownDialect } from "#recommend/serving/dialect.ts";

const nothing = () => {
  throw new Error("not asked");
};
const app = createApp({
  serving: {
    dialect: ownDialect,
    routingChanged: nothing,
    servingOf: () => [],
    liveModels: { find: nothing, findNow: nothing, reload: nothing },
    coldStartOf: nothing,
    catalogueOf: nothing,
    authenticate: nothing,
    accept: nothing,
    callerOf: nothing,
    pageOrigins: nothing,
    mintUserToken: nothing,
    liveOf: nothing,
    recommend: nothing,
    recommendWithoutModel: nothing,
    allowedOrigins: nothing,
    describe: nothing,
    hiddenIn: nothing,
    eventsOf: nothing,
    eventSettingsOf: nothing,
    savedRules: nothing,
    columnsOf: nothing,
    filesOf: nothing,
    artifactKeyOf: nothing,
  },
  lists: { forUser: nothing },
  meter: { call: nothing },
  items: { write: nothing, find: nothing, describe: nothing },
  users: { write: nothing, find: nothing },
  people: { countUsers: nothing, hasUsers: nothing },
  shards: {
    append: nothing,
    isQuiet: nothing,
    known: nothing,
    recentOf: nothing,
    writeUser: nothing,
    recentChanged: nothing,
    windowedCounts: nothing,
  },
  gorse: {
    feedback: {
      ...{ replace: nothing, note: nothing, page: nothing, remove: nothing, itemsOf: nothing },
      ...{ together: nothing, neighbours: nothing, changed: nothing, users: nothing },
    },
    events: { eraseUser: nothing },
    shelf: nothing,
    written: { of: nothing },
  },
  loadedModels: () => 0,
  now: () => 0,
  newRequestId: () => "r-1",
  logError: nothing,
});

describe("the routes of the serving Worker", () => {
  it("are those of the contract, from which the API is described, and no others", () => {
    const registered = app.routes
      .filter(({ method, path }) => method !== "ALL" && method !== "OPTIONS" && !path.endsWith("/"))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    const described = Object.values(SERVING_ROUTES).map(({ method, path }) => `${method} ${path}`);
    // The service's own document describes these.
    const ofKpop = ["/kpop", "/kpop/k/{key}"].flatMap((base) => [
      `GET ${base}`,
      `GET ${base}/recommendations/{user_id}`,
      `GET ${base}/health`,
      `GET ${base}/admin/model-status`,
      `POST ${base}/admin/reload-model`,
    ]);
    const own = registered.filter((address) => !address.includes(" /gorse/"));
    expect(own.length).toBeLessThan(registered.length);
    expect([...new Set(own)].sort()).toEqual([...described, ...ofKpop].sort());
  });

  it("take a slash at their end only where the contract says so", async () => {
    for (const { path, mayEndWithSlash } of Object.values(SERVING_ROUTES)) {
      const address = `${path.replace(/\{\w+\}/g, "3")}/`;
      const answer = await app.request(address, { method: "DELETE" });
      expect(answer.status, address).toBe(mayEndWithSlash ? 405 : 404);
    }
  });
});
