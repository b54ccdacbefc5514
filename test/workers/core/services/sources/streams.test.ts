import { describe, expect, it } from "vitest";
import { connectionsOf } from "#platform/postgres-connections.ts";
import { PRESETS } from "#services/sources/presets.ts";
import { keptProgress, streamsOf } from "#services/sources/streams.ts";

const { kpop } = PRESETS;

describe("the streams of a source", () => {
  it("are descriptions with their lists first, then events", () => {
    expect(streamsOf(kpop).map(({ name }) => name)).toEqual([
      "items post",
      "users user",
      "users communities community_follower",
      "events post_view",
      "events post_like",
      "events comment",
    ]);
  });

  it("go on after a change of the mapping where they are what they were", () => {
    const progress = Object.fromEntries(
      streamsOf(kpop).map(({ name }) => [name, { cursor: "c", key: name }]),
    );
    const [views, ...others] = kpop.interactions;
    const changed = { ...kpop, items: null, interactions: [{ ...views, event_type: "see" }, ...others] };
    const kept = keptProgress(progress, kpop, changed as typeof kpop);
    expect(Object.keys(kept)).toEqual([
      "users user",
      "users communities community_follower",
      "events post_like",
      "events comment",
    ]);
  });
});

describe("connections", () => {
  it("are Hyperdrive bindings by their names, and the address of the settings", () => {
    const env = {
      ...{ SHOP: { connectionString: "postgres://a" }, DB: { prepare: () => undefined }, EMPTY: null },
      ...{ EDGEWISE_POSTGRES_URL: "postgres://b", EDGEWISE_SECRET: "s" },
    };
    expect([...connectionsOf(env)]).toEqual([
      ["shop", "postgres://a"],
      ["default", "postgres://b"],
    ]);
    expect(connectionsOf({ EDGEWISE_POSTGRES_URL: "" }).size).toBe(0);
  });
});
