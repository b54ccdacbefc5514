import { describe, expect, it } from "vitest";
import type { Role } from "#scripts/deploy/deployment.ts";
import { planSettings, type SettingsNow } from "#scripts/deploy/plan-settings.ts";

const ROLES: readonly Role[] = ["recommend", "api", "trainer"];
const SIGNING = ["EDGEWISE_SECRET", "EDGEWISE_PREVIOUS_SECRETS"];
const READS = new Map<Role, ReadonlyMap<string, string | null>>([
  [
    "recommend",
    new Map([...SIGNING.map((name): [string, null] => [name, null]), ["EDGEWISE_KEY_MEMORY_MS", "20000"]]),
  ],
  ["api", new Map([...SIGNING, "EDGEWISE_ALLOW_SIGNUP"].map((name): [string, null] => [name, null]))],
  ["trainer", new Map(SIGNING.map((name): [string, null] => [name, null]))],
]);

function plan(env: SettingsNow["env"], now: Partial<SettingsNow> = {}) {
  const nothing = { env, reads: READS, has: new Map(), unsent: [], finished: false };
  const { send, remove, warning } = planSettings({ ...nothing, ...now }, () => "drawn");
  const sent = ROLES.map((role) => send.get(role));
  return { sent, removed: ROLES.map((role) => remove.get(role)), warning };
}

const everywhere = (...names: string[]) => new Map(ROLES.map((role) => [role, names]));
const NOWHERE = [[], [], []];

describe("planSettings", () => {
  it("draws a secret for all Workers at the first deployment and leaves it alone afterwards", () => {
    const secret = { EDGEWISE_SECRET: "drawn" };
    expect(plan({})).toEqual({ sent: [secret, secret, secret], removed: NOWHERE, warning: null });
    const has = everywhere("EDGEWISE_SECRET");
    expect(plan({}, { has, finished: true })).toEqual({
      sent: [{}, {}, {}],
      removed: NOWHERE,
      warning: null,
    });
  });

  it("draws a new secret for all Workers if a first run stopped in the middle", () => {
    const secret = { EDGEWISE_SECRET: "drawn" };
    const stopped = {
      has: new Map([["recommend" as Role, ["EDGEWISE_SECRET"]]]),
      unsent: ["EDGEWISE_SECRET"],
    };
    expect(plan({}, stopped).sent).toEqual([secret, secret, secret]);
    const before = { has: everywhere("EDGEWISE_SECRET"), unsent: ["EDGEWISE_SECRET"] };
    expect(plan({}, before).sent).toEqual([secret, secret, secret]);
  });

  it("asks for a secret that a Worker lacks once the others have worked with it", () => {
    const has = new Map([["recommend" as Role, ["EDGEWISE_SECRET"]]]);
    expect(() => plan({}, { has, finished: true })).toThrow("api and trainer has no EDGEWISE_SECRET");
    expect(plan({ EDGEWISE_SECRET: "given" }, { has, finished: true }).sent[2]).toEqual({
      EDGEWISE_SECRET: "given",
    });
  });

  it("asks for the values of a change that stopped in the middle", () => {
    const stopped = { has: everywhere("EDGEWISE_SECRET"), finished: true, unsent: ["EDGEWISE_SECRET"] };
    expect(() => plan({}, stopped)).toThrow("stopped while it changed EDGEWISE_SECRET");
    expect(plan({ EDGEWISE_SECRET: "new", EDGEWISE_PREVIOUS_SECRETS: "old" }, stopped).sent[1]).toEqual({
      EDGEWISE_SECRET: "new",
      EDGEWISE_PREVIOUS_SECRETS: "old",
    });
  });

  it("sends the previous secrets with the new one to all, and takes them from all when they are given empty", () => {
    const rotated = { EDGEWISE_SECRET: "new", EDGEWISE_PREVIOUS_SECRETS: "old" };
    const finished = true;
    const rotation = plan(rotated, { has: everywhere("EDGEWISE_SECRET"), finished });
    expect(rotation).toEqual({ sent: [rotated, rotated, rotated], removed: NOWHERE, warning: null });
    const ended = plan({ EDGEWISE_PREVIOUS_SECRETS: "" }, { has: everywhere(...SIGNING), finished });
    const previous = ["EDGEWISE_PREVIOUS_SECRETS"];
    expect(ended).toEqual({ sent: [{}, {}, {}], removed: [previous, previous, previous], warning: null });
  });

  it("sends a setting to the Workers that read it, and to no other", () => {
    const has = everywhere("EDGEWISE_SECRET");
    const env = { EDGEWISE_ALLOW_SIGNUP: "false", EDGEWISE_URL: "http://elsewhere" };
    expect(plan(env, { has, finished: true }).sent).toEqual([{}, { EDGEWISE_ALLOW_SIGNUP: "false" }, {}]);
  });

  it("sets a setting that is given empty back to what the configuration says", () => {
    const has = new Map(everywhere("EDGEWISE_SECRET")).set("recommend", [
      "EDGEWISE_SECRET",
      "EDGEWISE_KEY_MEMORY_MS",
    ]);
    const { sent, removed } = plan({ EDGEWISE_KEY_MEMORY_MS: "" }, { has, finished: true });
    expect(sent[0]).toEqual({ EDGEWISE_KEY_MEMORY_MS: "20000" });
    expect(removed).toEqual(NOWHERE);
  });

  it("warns of a new secret without the old one", () => {
    const now = { has: everywhere("EDGEWISE_SECRET"), finished: true };
    expect(plan({ EDGEWISE_SECRET: "new" }, now).warning).toContain("EDGEWISE_PREVIOUS_SECRETS");
  });
});
